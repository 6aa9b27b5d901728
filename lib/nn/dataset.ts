/**
 * Labelled vectors, kept sparse.
 *
 * @module
 */

import type { SparseVector } from "./sparse.ts";

/** Labelled vectors in compressed sparse rows. */
export interface Dataset {
  /** Length of every vector. */
  inputs: number;
  /** Number of vectors. */
  size: number;
  /** Elements of row `i` are those from `starts[i]` up to `starts[i + 1]`. */
  starts: Uint32Array;
  /** Position of each element in its vector. */
  indices: Uint32Array;
  /** Value of each element. */
  values: Float32Array;
  /** 1 for spam, 0 for ham. */
  isSpam: Uint8Array;
}

/** Collects vectors into a {@linkcode Dataset}. */
export class DatasetBuilder {
  #starts: number[] = [0];
  #isSpam: number[] = [];
  #indices = new Uint32Array(1024);
  #values = new Float32Array(1024);

  /**
   * Adds a vector.
   *
   * @param indices positions of the elements that are not zero, each once
   * @param values the elements
   */
  add(
    indices: ArrayLike<number>,
    values: ArrayLike<number>,
    isSpam: boolean,
  ): void {
    const start = this.#starts.at(-1)!;
    const end = start + indices.length;
    if (end > this.#indices.length) this.#grow(end);
    this.#indices.set(indices, start);
    this.#values.set(values, start);
    this.#starts.push(end);
    this.#isSpam.push(isSpam ? 1 : 0);
  }

  #grow(needed: number): void {
    const capacity = Math.max(needed, 2 * this.#indices.length);
    const indices = new Uint32Array(capacity);
    indices.set(this.#indices);
    this.#indices = indices;
    const values = new Float32Array(capacity);
    values.set(this.#values);
    this.#values = values;
  }

  /**
   * The vectors so far.
   *
   * @param inputs length of every vector; no position is beyond it
   */
  build(inputs: number): Dataset {
    const end = this.#starts.at(-1)!;
    return {
      inputs,
      size: this.#isSpam.length,
      starts: Uint32Array.from(this.#starts),
      indices: this.#indices.slice(0, end),
      values: this.#values.slice(0, end),
      isSpam: Uint8Array.from(this.#isSpam),
    };
  }
}

/** One row of a dataset. */
export function rowOf(data: Dataset, row: number): SparseVector {
  const [start, end] = [data.starts[row], data.starts[row + 1]];
  return {
    length: data.inputs,
    indices: data.indices.subarray(start, end),
    values: Float64Array.from(data.values.subarray(start, end)),
  };
}

/**
 * Some of the vectors, with other columns.
 *
 * @param rows which vectors
 * @param columnOf for each column of `data`, its position in the new vectors,
 * or −1 to leave it out
 * @param inputs length of the new vectors
 */
export function select(
  data: Dataset,
  rows: Uint32Array,
  columnOf: Int32Array,
  inputs: number,
): Dataset {
  const builder = new DatasetBuilder();
  const indices = new Uint32Array(data.inputs);
  const values = new Float32Array(data.inputs);
  for (const row of rows) {
    let count = 0;
    for (let k = data.starts[row]; k < data.starts[row + 1]; k++) {
      const column = columnOf[data.indices[k]];
      if (column < 0) continue;
      indices[count] = column;
      values[count++] = data.values[k];
    }
    builder.add(
      indices.subarray(0, count),
      values.subarray(0, count),
      data.isSpam[row] === 1,
    );
  }
  return builder.build(inputs);
}
