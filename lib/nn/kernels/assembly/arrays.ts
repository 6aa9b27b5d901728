/**
 * Kernels on whole arrays.
 *
 * @module
 */

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

export function addToMean(
  mean: usize,
  values: usize,
  length: i32,
  share: f32,
): void {
  const end = mean + (<usize> length << 2);
  const vectorEnd = mean + (<usize> (length & ~3) << 2);
  const shares = f32x4.splat(share);
  for (; mean < vectorEnd; mean += 16, values += 16) {
    const before = v128.load(mean);
    const change = f32x4.mul(shares, f32x4.sub(v128.load(values), before));
    v128.store(mean, f32x4.add(before, change));
  }
  for (; mean < end; mean += 4, values += 4) {
    const before = load<f32>(mean);
    store<f32>(mean, before + share * (load<f32>(values) - before));
  }
}
