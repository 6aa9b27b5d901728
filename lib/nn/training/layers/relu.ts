/**
 * The rectifier.
 *
 * @module
 */

import type { Arrays } from "../../kernels/kernels.ts";
import { createSignal, type Layer, type Pass, type Signal } from "./layer.ts";

/** `max(0, x)` of every number. Where it is 0 so is its slope, as in KANN. */
export class Relu implements Layer {
  readonly output: Signal;
  readonly parameters = [];
  #input: Signal;

  constructor(arrays: Arrays, capacity: number, input: Signal) {
    this.#input = input;
    this.output = createSignal(arrays, capacity, input.width);
  }

  forward({ rows }: Pass): void {
    const from = this.#input.values;
    const { values, width } = this.output;
    const size = rows * width;
    // What is no number stays so, and is found out by the cost.
    for (let i = 0; i < size; i++) values[i] = from[i] <= 0 ? 0 : from[i];
  }

  backward({ rows }: Pass): void {
    const input = this.#input;
    const from = input.values;
    const to = input.gradients;
    const { gradients, width } = this.output;
    const size = rows * width;
    for (let i = 0; i < size; i++) to[i] = from[i] > 0 ? gradients[i] : 0;
  }
}
