/**
 * A dense layer.
 *
 * @module
 */

import type { Arrays } from "../../kernels/kernels.ts";
import {
  createParameter,
  createSignal,
  type Layer,
  type Parameter,
  type Pass,
  type Signal,
} from "./layer.ts";

/** `W·x + b` */
export class Dense implements Layer {
  readonly output: Signal;
  /** width × width of the input */
  readonly weights: Parameter;
  readonly biases: Parameter;
  readonly parameters: readonly Parameter[];
  #input: Signal;

  constructor(arrays: Arrays, capacity: number, input: Signal, width: number) {
    this.#input = input;
    this.output = createSignal(arrays, capacity, width);
    this.weights = createParameter(arrays, width * input.width, true);
    this.biases = createParameter(arrays, width, false);
    this.parameters = [this.weights, this.biases];
  }

  forward({ calculate, rows }: Pass): void {
    calculate.denseForward(
      this.#input.values,
      this.weights.weights,
      this.biases.weights,
      this.output.values,
      rows,
      this.#input.width,
      this.output.width,
    );
  }

  backward({ calculate, rows }: Pass): void {
    calculate.denseBackward(
      this.#input.values,
      this.weights.weights,
      this.output.gradients,
      this.#input.gradients,
      this.weights.gradients,
      this.biases.gradients,
      rows,
      this.#input.width,
      this.output.width,
    );
  }
}
