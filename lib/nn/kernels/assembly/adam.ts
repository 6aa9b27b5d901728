/**
 * Weights that follow their gradients as in Adam (`../twin/adam.ts`).
 *
 * @module
 */

/** Adam. */
export function updateAdam(
  weights: usize,
  gradients: usize,
  means: usize,
  squares: usize,
  length: i32,
  rate: f32,
  correction: f32,
): void {
  const bytes = <usize> length << 2;
  const vectorBytes = <usize> (length & ~3) << 2;
  const rates = f32x4.splat(rate);
  const corrections = f32x4.splat(correction);
  let at: usize = 0;
  for (; at < vectorBytes; at += 16) {
    const gradient = v128.load(gradients + at);
    const mean = f32x4.add(
      f32x4.mul(f32x4.splat(0.9), v128.load(means + at)),
      f32x4.mul(f32x4.splat(0.1), gradient),
    );
    v128.store(means + at, mean);
    const square = f32x4.add(
      f32x4.mul(f32x4.splat(0.999), v128.load(squares + at)),
      f32x4.mul(f32x4.splat(0.001), f32x4.mul(gradient, gradient)),
    );
    v128.store(squares + at, square);
    const root = f32x4.sqrt(f32x4.mul(square, corrections));
    const step = f32x4.div(
      f32x4.mul(rates, mean),
      f32x4.add(root, f32x4.splat(1e-8)),
    );
    v128.store(weights + at, f32x4.sub(v128.load(weights + at), step));
  }
  for (; at < bytes; at += 4) {
    const gradient = load<f32>(gradients + at);
    const mean = <f32> 0.9 * load<f32>(means + at) + <f32> 0.1 * gradient;
    store<f32>(means + at, mean);
    const square = <f32> 0.999 * load<f32>(squares + at) +
      <f32> 0.001 * gradient * gradient;
    store<f32>(squares + at, square);
    const root = sqrt<f32>(square * correction) + <f32> 1e-8;
    store<f32>(weights + at, load<f32>(weights + at) - rate * mean / root);
  }
}
