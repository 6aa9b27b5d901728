/**
 * Kernels on samples in compressed sparse rows (`Dataset`): of the inputs some
 * columns occur in a mini-batch, and only those are worked on.
 *
 * @module
 */

/**
 * Finds the columns that occur in some rows.
 *
 * @param marks one for each column; keeps in which round it was found last
 * @param round a number that it was never called with before
 * @param columns becomes the columns, in the order in which they occur
 * @returns how many there are
 */
export function findColumns(
  rows: Uint32Array,
  rowCount: number,
  starts: Uint32Array,
  indices: Uint32Array,
  marks: Uint32Array,
  round: number,
  columns: Uint32Array,
): number {
  let count = 0;
  for (let i = 0; i < rowCount; i++) {
    for (let k = starts[rows[i]]; k < starts[rows[i] + 1]; k++) {
      const column = indices[k];
      if (marks[column] === round) continue;
      marks[column] = round;
      columns[count++] = column;
    }
  }
  return count;
}

/**
 * Sums up rows: `sums[i] = bias + Σ weights·x` over the elements of `rows[i]`.
 *
 * @param weights one for each column
 */
export function sumRows(
  rows: Uint32Array,
  rowCount: number,
  starts: Uint32Array,
  indices: Uint32Array,
  values: Float32Array,
  weights: Float32Array,
  bias: number,
  sums: Float32Array,
): void {
  for (let i = 0; i < rowCount; i++) {
    let sum = bias;
    for (let k = starts[rows[i]]; k < starts[rows[i] + 1]; k++) {
      sum += weights[indices[k]] * values[k];
    }
    sums[i] = sum;
  }
}

/**
 * The derivative of a cost by the weights of {@linkcode sumRows}: for each
 * column `Σ deltas[i]·x` over the rows.
 *
 * @param deltas derivative of the cost by each of the sums
 * @param byColumn where columns occur, becomes their derivative
 */
export function differentiateColumns(
  rows: Uint32Array,
  rowCount: number,
  starts: Uint32Array,
  indices: Uint32Array,
  values: Float32Array,
  deltas: Float32Array,
  columns: Uint32Array,
  columnCount: number,
  byColumn: Float32Array,
): void {
  for (let i = 0; i < columnCount; i++) byColumn[columns[i]] = 0;
  for (let i = 0; i < rowCount; i++) {
    for (let k = starts[rows[i]]; k < starts[rows[i] + 1]; k++) {
      byColumn[indices[k]] += deltas[i] * values[k];
    }
  }
}
