/**
 * Kernels on a hidden layer of which a mini-batch needs some columns.
 *
 * @module
 */

/**
 * Columns are taken in pairs, which share the loads of the output weights, and
 * each has two sums, for an addition takes longer than to load its terms. The
 * last of an odd number is taken twice.
 */
export function collapseHidden(
  columns: usize,
  count: i32,
  factors: usize,
  hidden: usize,
  units: i32,
  output: usize,
  collapsed: usize,
): void {
  const bytes = <usize> units << 2;
  for (let k = 0; k < count; k += 2) {
    const next = <usize> min(k + 1, count - 1) << 2;
    const at = <usize> k << 2;
    const columnA = <usize> load<u32>(columns + at);
    const columnB = <usize> load<u32>(columns + next);
    const weightsA = hidden + columnA * bytes;
    const weightsB = hidden + columnB * bytes;
    let evenA = f32x4.splat(0);
    let evenB = f32x4.splat(0);
    let oddA = f32x4.splat(0);
    let oddB = f32x4.splat(0);
    for (let i: usize = 0; i < bytes; i += 32) {
      const even = v128.load(output + i);
      evenA = f32x4.add(evenA, f32x4.mul(even, v128.load(weightsA + i)));
      evenB = f32x4.add(evenB, f32x4.mul(even, v128.load(weightsB + i)));
      const odd = v128.load(output + i, 16);
      oddA = f32x4.add(oddA, f32x4.mul(odd, v128.load(weightsA + i, 16)));
      oddB = f32x4.add(oddB, f32x4.mul(odd, v128.load(weightsB + i, 16)));
    }
    const sumA = sumOf(f32x4.add(evenA, oddA));
    const sumB = sumOf(f32x4.add(evenB, oddB));
    store<f32>(collapsed + (columnA << 2), load<f32>(factors + at) * sumA);
    store<f32>(collapsed + (columnB << 2), load<f32>(factors + next) * sumB);
  }
}

function sumOf(lanes: v128): f32 {
  return f32x4.extract_lane(lanes, 0) + f32x4.extract_lane(lanes, 1) +
    f32x4.extract_lane(lanes, 2) + f32x4.extract_lane(lanes, 3);
}
