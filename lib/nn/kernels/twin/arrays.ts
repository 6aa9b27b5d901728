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
