/**
 * A dense layer on vectors of which most elements are zero: the first one.
 *
 * @module
 */

import type { Arrays } from "../../kernels/kernels.ts";
import type { MiniBatch } from "../mini_batch.ts";
import {
  createParameter,
  createSignal,
  type Layer,
  type Parameter,
  type Pass,
  type Signal,
} from "./layer.ts";

/** `W·x + b`, where only the elements of x that are not zero cost anything. */
export class SparseDense implements Layer {
  readonly output: Signal;
  /** Transposed: inputs × width, so that each input has its weights together. */
  readonly weights: Parameter;
  readonly biases: Parameter;
  readonly parameters: readonly Parameter[];
  #batch: MiniBatch;

  constructor(arrays: Arrays, batch: MiniBatch, width: number) {
    this.#batch = batch;
    this.output = createSignal(arrays, batch.capacity, width);
    this.weights = createParameter(arrays, batch.inputs * width, true);
    this.biases = createParameter(arrays, width, false);
    this.parameters = [this.weights, this.biases];
  }

  forward({ calculate, rows }: Pass): void {
    const { starts, indices, values } = this.#batch;
    calculate.sparseForward(
      starts,
      indices,
      values,
      this.weights.weights,
      this.biases.weights,
      this.output.values,
      rows,
      this.output.width,
    );
  }

  backward({ calculate, rows }: Pass): void {
    const { starts, indices, values } = this.#batch;
    calculate.sparseBackward(
      starts,
      indices,
      values,
      this.output.gradients,
      this.weights.gradients,
      this.biases.gradients,
      rows,
      this.output.width,
    );
  }
}
