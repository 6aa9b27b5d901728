/**
 * Gradients of a mini-batch by the weighted sum and by the inputs.
 *
 * @module
 */

import type { Dataset } from "../dataset.ts";
import type { Arrays, Calculations } from "../kernels/kernels.ts";

/** What a {@linkcode BatchGradient} works on. */
export interface BatchArrays {
  /** The samples, as in {@linkcode Dataset}. */
  starts: Uint32Array;
  indices: Uint32Array;
  values: Float32Array;
  /** One for each sample of a mini-batch, which may be all. */
  rows: Uint32Array;
  sums: Float32Array;
  truths: Float32Array;
  deltas: Float32Array;
  /** One for each input, for the bias, and to spare. */
  columns: Uint32Array;
  marks: Uint32Array;
  byColumn: Float32Array;
}

/** Makes the arrays for some samples. */
export function batchArrays(
  { floats, ints }: Arrays,
  { size, inputs, indices }: Dataset,
): BatchArrays {
  return {
    starts: ints(size + 1),
    indices: ints(indices.length),
    values: floats(indices.length),
    rows: ints(size),
    sums: floats(size),
    truths: floats(size),
    deltas: floats(size),
    columns: ints(inputs + 2),
    marks: ints(inputs),
    byColumn: floats(inputs + 2),
  };
}

/**
 * For a network that answers `tanh(bias + Σ weights·x)`, the derivatives of
 * the cost by those weights, of which only the columns (inputs) that occur in
 * the mini-batch are not zero: about a quarter of all.
 */
export class BatchGradient {
  #calculate: Calculations;
  #arrays: BatchArrays;
  #isSpam: Uint8Array;
  #rowCount = 0;
  #round = 0;

  constructor(
    calculate: Calculations,
    arrays: BatchArrays,
    { starts, indices, values, isSpam }: Dataset,
  ) {
    this.#calculate = calculate;
    this.#arrays = arrays;
    this.#isSpam = isSpam;
    arrays.starts.set(starts);
    arrays.indices.set(indices);
    arrays.values.set(values);
  }

  /** Columns that occur in the mini-batch; with room for two more. */
  get columns(): Uint32Array {
    return this.#arrays.columns;
  }

  /** Derivative by the weight of each of the columns; others mean nothing. */
  get byColumn(): Float32Array {
    return this.#arrays.byColumn;
  }

  /**
   * Takes a mini-batch, and finds the columns that occur in it.
   *
   * @returns how many of `columns` that are
   */
  gather(rows: Uint32Array): number {
    const { starts, indices, marks, columns } = this.#arrays;
    this.#arrays.rows.set(rows);
    this.#rowCount = rows.length;
    return this.#calculate.findColumns(
      this.#arrays.rows,
      rows.length,
      starts,
      indices,
      marks,
      ++this.#round,
      columns,
    );
  }

  /**
   * Computes the derivatives for the mini-batch.
   *
   * @param columnCount how many columns occur
   * @param weights need be right for those columns only
   * @returns the mean cost, and its derivative by the bias
   */
  compute(
    columnCount: number,
    weights: Float32Array,
    bias: number,
  ): { cost: number; byBias: number } {
    const { starts, indices, values, rows, sums, truths, deltas } =
      this.#arrays;
    const count = this.#rowCount;
    this.#sum(weights, bias);
    for (let i = 0; i < count; i++) truths[i] = this.#isSpam[rows[i]] ? 1 : -1;
    const cost = this.#calculate.compareSums(sums, truths, count, deltas);
    this.#calculate.differentiateColumns(
      rows,
      count,
      starts,
      indices,
      values,
      deltas,
      this.columns,
      columnCount,
      this.byColumn,
    );
    let byBias = 0;
    for (let i = 0; i < count; i++) byBias += deltas[i];
    return { cost, byBias };
  }

  /** `bias + Σ weights·x` for the rows of the mini-batch. */
  sums(weights: Float32Array, bias: number): Float64Array<ArrayBuffer> {
    this.#sum(weights, bias);
    return Float64Array.from(this.#arrays.sums.subarray(0, this.#rowCount));
  }

  #sum(weights: Float32Array, bias: number): void {
    const { starts, indices, values, rows, sums } = this.#arrays;
    this.#calculate.sumRows(
      rows,
      this.#rowCount,
      starts,
      indices,
      values,
      weights,
      bias,
      sums,
    );
  }
}
