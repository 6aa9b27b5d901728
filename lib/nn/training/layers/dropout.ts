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
  /** What each number was multiplied by. */
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
    const { values, width } = this.output;
    const kept = 1 / (1 - this.#share);
    for (let i = 0; i < rows * width; i++) {
      const isDropped = isTraining && random.uniform() < this.#share;
      this.#factors[i] = isDropped ? 0 : isTraining ? kept : 1;
      values[i] = this.#input.values[i] * this.#factors[i];
    }
  }

  backward({ rows }: Pass): void {
    const { gradients, width } = this.output;
    for (let i = 0; i < rows * width; i++) {
      this.#input.gradients[i] = gradients[i] * this.#factors[i];
    }
  }
}
