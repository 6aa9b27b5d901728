/**
 * Dropout (Srivastava et al. 2014), inverted: what is left is scaled up in
 * training, so that nothing is done when the network answers.
 *
 * @module
 */

import type { Arrays } from "../../kernels/kernels.ts";
import { createSignal, type Layer, type Pass, type Signal } from "./layer.ts";

/** In training, sets a share of all numbers to 0 (KANN `kad_op_dropout`). */
export class Dropout implements Layer {
  readonly output: Signal;
  readonly parameters = [];
  #input: Signal;
  #share: number;
  /** What each number was multiplied by in the last step. */
  #factors: Float32Array;

  /** @param share that is set to 0, less than 1 */
  constructor(
    arrays: Arrays,
    capacity: number,
    input: Signal,
    share: number,
  ) {
    this.#input = input;
    this.#share = share;
    this.output = createSignal(arrays, capacity, input.width);
    this.#factors = new Float32Array(this.output.values.length);
  }

  forward({ rows, isTraining, random }: Pass): void {
    const from = this.#input.values;
    const { values, width } = this.output;
    const size = rows * width;
    if (!isTraining) {
      values.set(from.subarray(0, size));
      return;
    }
    const factors = this.#factors;
    const kept = 1 / (1 - this.#share);
    for (let i = 0; i < size; i++) {
      factors[i] = random.uniform() < this.#share ? 0 : kept;
      values[i] = from[i] * factors[i];
    }
  }

  backward({ rows }: Pass): void {
    const factors = this.#factors;
    const to = this.#input.gradients;
    const { gradients, width } = this.output;
    const size = rows * width;
    for (let i = 0; i < size; i++) to[i] = gradients[i] * factors[i];
  }
}
