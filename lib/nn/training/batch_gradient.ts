/**
 * Gradients of a mini-batch by the weighted sum and by the inputs.
 *
 * @module
 */

import type { Dataset } from "../dataset.ts";
import { crossEntropy } from "./cross_entropy.ts";

/**
 * For a network that answers `tanh(bias + Σ weights·x)`, the derivatives of
 * the cost by those weights, of which only the columns (inputs) that occur in
 * the mini-batch are not zero: about a quarter of all.
 */
export class BatchGradient {
  /** Columns that occur in the rows gathered last. */
  columns: Uint32Array;
  /** Derivative by the weight of each of `columns`; others mean nothing. */
  readonly byColumn: Float64Array;
  #data: Dataset;
  #found: Uint32Array;
  #gatheredIn: Uint32Array;
  #round = 0;

  constructor(data: Dataset) {
    this.#data = data;
    this.byColumn = new Float64Array(data.inputs);
    this.#found = new Uint32Array(data.inputs);
    this.#gatheredIn = new Uint32Array(data.inputs);
    this.columns = this.#found.subarray(0, 0);
  }

  /** Finds the columns that occur in some rows. */
  gather(rows: Uint32Array): void {
    const { starts, indices } = this.#data;
    this.#round++;
    let count = 0;
    for (const row of rows) {
      for (let k = starts[row]; k < starts[row + 1]; k++) {
        const column = indices[k];
        if (this.#gatheredIn[column] === this.#round) continue;
        this.#gatheredIn[column] = this.#round;
        this.#found[count++] = column;
      }
    }
    this.columns = this.#found.subarray(0, count);
  }

  /**
   * Computes the derivatives for the rows gathered last.
   *
   * @param weights need be right for `columns` only
   * @returns the mean cost, and its derivative by the bias
   */
  compute(
    rows: Uint32Array,
    weights: Float64Array,
    bias: number,
  ): { cost: number; byBias: number } {
    const { starts, indices, values, isSpam } = this.#data;
    for (const column of this.columns) this.byColumn[column] = 0;
    let cost = 0;
    let byBias = 0;
    for (const row of rows) {
      const truth = isSpam[row] ? 1 : -1;
      const sum = bias + this.weightedSum(row, weights);
      cost += crossEntropy(sum, truth);
      const delta = (Math.tanh(sum) - truth) / rows.length;
      byBias += delta;
      for (let k = starts[row]; k < starts[row + 1]; k++) {
        this.byColumn[indices[k]] += delta * values[k];
      }
    }
    return { cost: cost / rows.length, byBias };
  }

  /** Σ weights·x over a row. */
  weightedSum(row: number, weights: Float64Array): number {
    const { starts, indices, values } = this.#data;
    let sum = 0;
    for (let k = starts[row]; k < starts[row + 1]; k++) {
      sum += weights[indices[k]] * values[k];
    }
    return sum;
  }
}
