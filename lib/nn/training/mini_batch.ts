/**
 * The vectors of one mini-batch, where kernels find them.
 *
 * @module
 */

import type { Dataset } from "../dataset.ts";
import type { Arrays } from "../kernels/kernels.ts";
import type { Random } from "../random.ts";

/** Sparse rows, copied out of a dataset. */
export class MiniBatch {
  /** Most rows that it takes. */
  readonly capacity: number;
  /** Length of the vectors. */
  readonly inputs: number;
  /** Elements of row `r` are those from `starts[r]` up to `starts[r + 1]`. */
  readonly starts: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float32Array;
  #data: Dataset;

  constructor({ floats, ints }: Arrays, data: Dataset, capacity: number) {
    this.#data = data;
    this.capacity = capacity;
    this.inputs = data.inputs;
    const elements = mostElements(data, capacity);
    this.starts = ints(capacity + 1);
    this.indices = ints(elements);
    this.values = floats(elements);
  }

  /**
   * Copies rows.
   *
   * @param dropout share of the elements that is left out; the others are
   * scaled up for it
   */
  gather(rows: Uint32Array, dropout: number, random: Random): void {
    const from = this.#data;
    const { starts, indices, values } = this;
    const scale = 1 / (1 - dropout);
    let end = 0;
    for (let r = 0; r < rows.length; r++) {
      const last = from.starts[rows[r] + 1];
      for (let k = from.starts[rows[r]]; k < last; k++) {
        if (dropout > 0 && random.uniform() < dropout) continue;
        indices[end] = from.indices[k];
        values[end++] = from.values[k] * scale;
      }
      starts[r + 1] = end;
    }
  }
}

/** Elements of the longest rows. */
function mostElements({ starts, size }: Dataset, rows: number): number {
  const lengths = Uint32Array.from(
    { length: size },
    (_, row) => starts[row + 1] - starts[row],
  );
  return lengths.sort().subarray(-rows).reduce((sum, x) => sum + x, 0);
}
