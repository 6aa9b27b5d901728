/**
 * Kernels on whole arrays.
 *
 * @module
 */

/** Multiplies all elements by a factor. */
export function scale(values: usize, length: i32, factor: f32): void {
  const end = values + (<usize> length << 2);
  const vectorEnd = values + (<usize> (length & ~3) << 2);
  const factors = f32x4.splat(factor);
  for (; values < vectorEnd; values += 16) {
    v128.store(values, f32x4.mul(v128.load(values), factors));
  }
  for (; values < end; values += 4) {
    store<f32>(values, load<f32>(values) * factor);
  }
}
