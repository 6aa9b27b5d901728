/**
 * Kernels on whole arrays.
 *
 * @module
 */

/** Multiplies all elements by a factor. */
export function scale(
  values: Float32Array,
  length: number,
  factor: number,
): void {
  for (let i = 0; i < length; i++) values[i] *= factor;
}

/**
 * Takes values into a running mean.
 *
 * @param share what they count: 1 / n for the n-th
 */
export function addToMean(
  mean: Float32Array,
  values: Float32Array,
  length: number,
  share: number,
): void {
  for (let i = 0; i < length; i++) mean[i] += share * (values[i] - mean[i]);
}
