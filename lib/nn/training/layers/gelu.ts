/**
 * The Gaussian error linear unit (Hendrycks & Gimpel 2016), exact.
 *
 * @module
 */

import type { Arrays } from "../../kernels/kernels.ts";
import { gelu, geluSlope } from "../../gelu.ts";
import { createSignal, type Layer, type Pass, type Signal } from "./layer.ts";

/** `x · Φ(x)` of every number. */
export class Gelu implements Layer {
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
    for (let i = 0; i < size; i++) values[i] = gelu(from[i]);
  }

  backward({ rows }: Pass): void {
    const input = this.#input;
    const { gradients, width } = this.output;
    const size = rows * width;
    for (let i = 0; i < size; i++) {
      input.gradients[i] = gradients[i] * geluSlope(input.values[i]);
    }
  }
}
