/**
 * Layer normalisation as KANN does it (`kann_layer_layernorm`): without an
 * epsilon, and a row without a spread is only centred.
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

/** `gain · (x − mean) / deviation + shift`, each row by its own mean. */
export class LayerNorm implements Layer {
  readonly output: Signal;
  readonly gains: Parameter;
  readonly shifts: Parameter;
  readonly parameters: readonly Parameter[];
  #input: Signal;
  /** The rows, standardised. */
  #standard: Float32Array;
  /** 1 / deviation of each row */
  #scales: Float32Array;

  constructor(arrays: Arrays, capacity: number, input: Signal) {
    const { width } = input;
    this.#input = input;
    this.output = createSignal(arrays, capacity, width);
    this.gains = createParameter(arrays, width, false);
    this.shifts = createParameter(arrays, width, false);
    this.parameters = [this.gains, this.shifts];
    this.#standard = new Float32Array(this.output.values.length);
    this.#scales = new Float32Array(capacity);
  }

  forward({ rows }: Pass): void {
    const { values, width } = this.output;
    for (let row = 0; row < rows; row++) {
      const at = row * width;
      this.#standardise(row);
      for (let i = 0; i < width; i++) {
        values[at + i] = this.gains.weights[i] * this.#standard[at + i] +
          this.shifts.weights[i];
      }
    }
  }

  #standardise(row: number): void {
    const { values, width } = this.#input;
    const at = row * width;
    let sum = 0;
    for (let i = 0; i < width; i++) sum += values[at + i];
    const mean = sum / width;
    let squares = 0;
    for (let i = 0; i < width; i++) squares += (values[at + i] - mean) ** 2;
    const scale = squares === 0 ? 1 : 1 / Math.sqrt(squares / width);
    this.#scales[row] = scale;
    for (let i = 0; i < width; i++) {
      this.#standard[at + i] = (values[at + i] - mean) * scale;
    }
  }

  /**
   * With g the gradient by the standardised row s, that by the row itself is
   * `(g − mean(g) − s · mean(g·s)) / deviation`.
   */
  backward({ rows }: Pass): void {
    const { gradients, width } = this.output;
    const gains = this.gains.weights;
    const standard = this.#standard;
    for (let row = 0; row < rows; row++) {
      const at = row * width;
      let sum = 0;
      let product = 0;
      for (let i = 0; i < width; i++) {
        const gradient = gradients[at + i];
        this.gains.gradients[i] += gradient * standard[at + i];
        this.shifts.gradients[i] += gradient;
        sum += gradient * gains[i];
        product += gradient * gains[i] * standard[at + i];
      }
      for (let i = 0; i < width; i++) {
        this.#input.gradients[at + i] = this.#scales[row] *
          (gradients[at + i] * gains[i] - sum / width -
            standard[at + i] * product / width);
      }
    }
  }
}
