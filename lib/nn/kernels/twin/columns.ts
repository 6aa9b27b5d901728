/**
 * Kernels on a hidden layer of which a mini-batch needs some columns.
 *
 * @module
 */

/**
 * Collapses a hidden layer and an output unit into one weight a column:
 * `collapsed[column] = factor · Σ hidden·output`.
 *
 * @param factors for each of `columns`, what its weights in `hidden` are to be
 * multiplied by
 * @param hidden one column of `units` weights after the other
 * @param units a multiple of 8
 * @param collapsed one for each column; that of `columns` is set
 */
export function collapseHidden(
  columns: Uint32Array,
  count: number,
  factors: Float32Array,
  hidden: Float32Array,
  units: number,
  output: Float32Array,
  collapsed: Float32Array,
): void {
  for (let k = 0; k < count; k++) {
    let sum = 0;
    for (let i = 0, at = columns[k] * units; i < units; i++, at++) {
      sum += hidden[at] * output[i];
    }
    collapsed[columns[k]] = factors[k] * sum;
  }
}
