/**
 * Networks that are a weighted sum.
 *
 * @module
 */

import { activate, derivative } from "../activation.ts";
import type { AffineNetwork } from "../affine.ts";
import type { Normalization } from "../normalization.ts";
import type { SparseVector } from "../sparse.ts";
import {
  checkLength,
  type Contributions,
  type Predictor,
  unitScale,
} from "./predictor.ts";

/**
 * One multiplication for each element that is not zero.
 *
 * What the zeros add (something only where a mean is taken off) is summed up
 * beforehand; an element then adds the difference to what its zero would.
 */
export class AffinePredictor implements Predictor {
  readonly inputs: number;
  #network: AffineNetwork;
  #normalization?: Normalization;
  #sumOfZeros: number;

  constructor(network: AffineNetwork, normalization?: Normalization) {
    this.inputs = network.weights.length;
    this.#network = network;
    this.#normalization = normalization;
    this.#sumOfZeros = network.bias;
    for (let i = 0; i < this.inputs; i++) {
      this.#sumOfZeros += this.#term(i, 0, 1);
    }
  }

  output(vector: SparseVector): number {
    return activate(this.#sum(vector), this.#network.activation);
  }

  /**
   * The path from the vector of zeros to this one is straight, and so is the
   * sum along it: integrated gradients (Sundararajan et al. 2017) then divide
   * the change of the output in proportion to the terms of the sum.
   */
  contributions(vector: SparseVector): Contributions {
    const sum = this.#sum(vector);
    const { activation } = this.#network;
    const base = activate(this.#sumOfZeros, activation);
    const change = activate(sum, activation) - base;
    const difference = sum - this.#sumOfZeros;
    const slope = Math.abs(difference) > 1e-12
      ? change / difference
      : derivative(base, activation);
    const scale = this.#scale(vector);
    const values = Float64Array.from(
      vector.values,
      (x, k) => slope * this.#difference(vector.indices[k], x, scale),
    );
    return { base, values };
  }

  #sum(vector: SparseVector): number {
    checkLength(vector, this.inputs);
    const { indices, values } = vector;
    let sum = this.#sumOfZeros;
    if (!this.#normalization) {
      const { weights, rectified } = this.#network;
      for (let k = 0; k < indices.length; k++) {
        const x = values[k];
        if (!rectified || x > 0) sum += weights[indices[k]] * x;
      }
      return sum;
    }
    const scale = this.#scale(vector);
    for (let k = 0; k < indices.length; k++) {
      sum += this.#difference(indices[k], values[k], scale);
    }
    return sum;
  }

  /** What an element adds beyond what its zero would have added. */
  #difference(index: number, x: number, scale: number): number {
    return this.#term(index, x, scale) - this.#term(index, 0, scale);
  }

  #term(index: number, x: number, scale: number): number {
    const { weights, rectified } = this.#network;
    let input = x * scale;
    if (this.#normalization?.mode === "zscore") {
      input = (x - this.#normalization.mean[index]) /
        this.#normalization.std[index];
    }
    return rectified && input < 0 ? 0 : weights[index] * input;
  }

  #scale(vector: SparseVector): number {
    return this.#normalization?.mode === "unit" ? unitScale(vector) : 1;
  }
}
