/**
 * Kernels on a hidden layer of which a mini-batch needs some columns.
 *
 * @module
 */

/** Four sums, for an addition takes longer than to load what is added. */
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
  for (let k = 0; k < count; k++, columns += 4, factors += 4) {
    const column = <usize> load<u32>(columns);
    const weights = hidden + column * bytes;
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let c = f32x4.splat(0);
    let d = f32x4.splat(0);
    for (let i: usize = 0; i < bytes; i += 64) {
      a = f32x4.add(a, product(weights + i, output + i));
      b = f32x4.add(b, product(weights + i + 16, output + i + 16));
      c = f32x4.add(c, product(weights + i + 32, output + i + 32));
      d = f32x4.add(d, product(weights + i + 48, output + i + 48));
    }
    const sums = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
    const sum = f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1) +
      f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3);
    store<f32>(collapsed + (column << 2), load<f32>(factors) * sum);
  }
}

// @ts-ignore: decorator

function product(a: usize, b: usize): v128 {
  return f32x4.mul(v128.load(a), v128.load(b));
}
