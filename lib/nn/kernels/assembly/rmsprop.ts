/**
 * RMSprop as KANN does it.
 *
 * @module
 */

const KEPT: f32 = 0.9;
const ADDED: f32 = 0.1;

export function descend(
  weights: usize,
  squares: usize,
  gradients: usize,
  length: i32,
  learningRate: f32,
  tiny: f32,
): void {
  const end = weights + (<usize> length << 2);
  for (; weights < end; weights += 4, squares += 4, gradients += 4) {
    move(weights, squares, load<f32>(gradients), learningRate, tiny, KEPT);
  }
}

export function descendColumns(
  columns: usize,
  count: i32,
  decays: usize,
  gradients: usize,
  weights: usize,
  squares: usize,
  learningRate: f32,
  tiny: f32,
): void {
  const end = columns + (<usize> count << 2);
  for (; columns < end; columns += 4, decays += 4) {
    const at = <usize> load<u32>(columns) << 2;
    const gradient = load<f32>(gradients + at);
    const decay = load<f32>(decays);
    move(weights + at, squares + at, gradient, learningRate, tiny, decay);
  }
}

function move(
  weight: usize,
  square: usize,
  gradient: f32,
  learningRate: f32,
  tiny: f32,
  decay: f32,
): void {
  const r = decay * load<f32>(square) + ADDED * gradient * gradient;
  store<f32>(square, r);
  const step = learningRate * gradient / sqrt<f32>(r + tiny);
  store<f32>(weight, load<f32>(weight) - step);
}

/**
 * Most of a training is spent here, and what limits it is dividing: columns
 * are taken in pairs, for which one division does, as `1/a = b / (a·b)` and
 * `1/b = a / (a·b)`.
 *
 * Constants of the loop are arguments: the optimiser would put those that it
 * knows into the loop, where each costs two instructions.
 */
export function descendHidden(
  columns: usize,
  count: i32,
  factors: usize,
  decays: usize,
  gradients: usize,
  hidden: usize,
  squares: usize,
  units: i32,
  output: usize,
  outputGradient: usize,
  learningRate: f32,
  tiny: f32,
): void {
  const bytes = <usize> units << 2;
  const toSquares = squares - hidden;
  const tinies = f32x4.splat(tiny);
  memory.fill(outputGradient, 0, bytes);
  for (let k = 0; k < count; k += 2) {
    const a = <usize> load<u32>(columns);
    const b = <usize> load<u32>(columns, 4);
    const scalarA = load<f32>(gradients + (a << 2));
    const scalarB = load<f32>(gradients + (b << 2));
    const factorA = load<f32>(factors);
    const factorB = load<f32>(factors, 4);
    const gradientA = f32x4.splat(factorA * scalarA);
    const gradientB = f32x4.splat(factorB * scalarB);
    const addedA = f32x4.splat(ADDED * scalarA * scalarA);
    const addedB = f32x4.splat(ADDED * scalarB * scalarB);
    const stepA = f32x4.splat(learningRate * scalarA / factorA);
    const stepB = f32x4.splat(learningRate * scalarB / factorB);
    const decayA = f32x4.splat(load<f32>(decays));
    const decayB = f32x4.splat(load<f32>(decays, 4));
    const hiddenA = hidden + a * bytes;
    const hiddenB = hidden + b * bytes;
    const squaresA = hiddenA + toSquares;
    const squaresB = hiddenB + toSquares;
    for (let i: usize = 0; i < bytes; i += 16) {
      const unit = v128.load(output + i);
      const square = f32x4.mul(unit, unit);
      const weightA = v128.load(hiddenA + i);
      const weightB = v128.load(hiddenB + i);
      const byOutput = f32x4.add(
        f32x4.mul(weightA, gradientA),
        f32x4.mul(weightB, gradientB),
      );
      v128.store(
        outputGradient + i,
        f32x4.add(v128.load(outputGradient + i), byOutput),
      );
      const rA = f32x4.add(
        f32x4.mul(decayA, v128.load(squaresA + i)),
        f32x4.mul(addedA, square),
      );
      const rB = f32x4.add(
        f32x4.mul(decayB, v128.load(squaresB + i)),
        f32x4.mul(addedB, square),
      );
      v128.store(squaresA + i, rA);
      v128.store(squaresB + i, rB);
      const rootA = f32x4.sqrt(f32x4.add(rA, tinies));
      const rootB = f32x4.sqrt(f32x4.add(rB, tinies));
      const shared = f32x4.div(unit, f32x4.mul(rootA, rootB));
      const moveA = f32x4.mul(stepA, f32x4.mul(shared, rootB));
      const moveB = f32x4.mul(stepB, f32x4.mul(shared, rootA));
      v128.store(hiddenA + i, f32x4.sub(weightA, moveA));
      v128.store(hiddenB + i, f32x4.sub(weightB, moveB));
    }
    columns += 8;
    factors += 8;
    decays += 8;
  }
}
