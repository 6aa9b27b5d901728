/**
 * Kernels that pass a mini-batch through layers of a network, and gradients
 * back (`../twin/layers.ts`).
 *
 * @module
 */

/** `outputs[r] = biases + Σ values[k] · weights[indices[k]]` */
export function sparseForward(
  starts: usize,
  indices: usize,
  values: usize,
  weights: usize,
  biases: usize,
  outputs: usize,
  rows: i32,
  width: i32,
): void {
  const rowBytes = <usize> width << 2;
  const vectorBytes = <usize> (width & ~3) << 2;
  // Sixteen sums at a time stay in registers while the elements go by.
  const blockBytes = <usize> (width & ~15) << 2;
  for (let r = 0; r < rows; r++) {
    const begin = <usize> load<u32>(starts + (<usize> r << 2)) << 2;
    const end = <usize> load<u32>(starts + (<usize> (r + 1) << 2)) << 2;
    const output = outputs + <usize> r * rowBytes;
    let at: usize = 0;
    for (; at < blockBytes; at += 64) {
      let sum0 = v128.load(biases + at);
      let sum1 = v128.load(biases + at, 16);
      let sum2 = v128.load(biases + at, 32);
      let sum3 = v128.load(biases + at, 48);
      for (let k = begin; k < end; k += 4) {
        const value = v128.load32_splat(values + k);
        const row = weights + <usize> load<u32>(indices + k) * rowBytes + at;
        sum0 = f32x4.add(sum0, f32x4.mul(value, v128.load(row)));
        sum1 = f32x4.add(sum1, f32x4.mul(value, v128.load(row, 16)));
        sum2 = f32x4.add(sum2, f32x4.mul(value, v128.load(row, 32)));
        sum3 = f32x4.add(sum3, f32x4.mul(value, v128.load(row, 48)));
      }
      v128.store(output + at, sum0);
      v128.store(output + at, sum1, 16);
      v128.store(output + at, sum2, 32);
      v128.store(output + at, sum3, 48);
    }
    for (; at < vectorBytes; at += 16) {
      let sum = v128.load(biases + at);
      for (let k = begin; k < end; k += 4) {
        const value = v128.load32_splat(values + k);
        const row = weights + <usize> load<u32>(indices + k) * rowBytes + at;
        sum = f32x4.add(sum, f32x4.mul(value, v128.load(row)));
      }
      v128.store(output + at, sum);
    }
    for (; at < rowBytes; at += 4) {
      let sum = load<f32>(biases + at);
      for (let k = begin; k < end; k += 4) {
        const row = weights + <usize> load<u32>(indices + k) * rowBytes + at;
        sum += load<f32>(values + k) * load<f32>(row);
      }
      store<f32>(output + at, sum);
    }
  }
}

/** Adds `values[k] · outputGradients[r]` to row `indices[k]`. */
export function sparseBackward(
  starts: usize,
  indices: usize,
  values: usize,
  outputGradients: usize,
  weightGradients: usize,
  biasGradients: usize,
  rows: i32,
  width: i32,
): void {
  const rowBytes = <usize> width << 2;
  for (let r = 0; r < rows; r++) {
    const begin = <usize> load<u32>(starts + (<usize> r << 2)) << 2;
    const end = <usize> load<u32>(starts + (<usize> (r + 1) << 2)) << 2;
    const gradient = outputGradients + <usize> r * rowBytes;
    addScaled(biasGradients, gradient, 1, width);
    for (let k = begin; k < end; k += 4) {
      const row = weightGradients + <usize> load<u32>(indices + k) * rowBytes;
      addScaled(row, gradient, load<f32>(values + k), width);
    }
  }
}

/** `outputs[r] = biases + weights · inputs[r]` */
export function denseForward(
  inputs: usize,
  weights: usize,
  biases: usize,
  outputs: usize,
  rows: i32,
  columns: i32,
  width: i32,
): void {
  const columnBytes = <usize> columns << 2;
  for (let r = 0; r < rows; r++) {
    const input = inputs + <usize> r * columnBytes;
    const output = outputs + (<usize> r * <usize> width << 2);
    for (let o = 0; o < width; o++) {
      const at = <usize> o << 2;
      const row = weights + <usize> o * columnBytes;
      const sum = load<f32>(biases + at) + dot(input, row, columns);
      store<f32>(output + at, sum);
    }
  }
}

/** The way back through `denseForward`. */
export function denseBackward(
  inputs: usize,
  weights: usize,
  outputGradients: usize,
  inputGradients: usize,
  weightGradients: usize,
  biasGradients: usize,
  rows: i32,
  columns: i32,
  width: i32,
): void {
  const columnBytes = <usize> columns << 2;
  memory.fill(inputGradients, 0, <usize> rows * columnBytes);
  for (let r = 0; r < rows; r++) {
    const input = inputs + <usize> r * columnBytes;
    const inputGradient = inputGradients + <usize> r * columnBytes;
    const gradients = outputGradients + (<usize> r * <usize> width << 2);
    for (let o = 0; o < width; o++) {
      const at = <usize> o << 2;
      const gradient = load<f32>(gradients + at);
      const bias = biasGradients + at;
      store<f32>(bias, load<f32>(bias) + gradient);
      const row = <usize> o * columnBytes;
      addScaled(inputGradient, weights + row, gradient, columns);
      addScaled(weightGradients + row, input, gradient, columns);
    }
  }
}

/** `to += factor · from` */
function addScaled(to: usize, from: usize, factor: f32, length: i32): void {
  const bytes = <usize> length << 2;
  const vectorBytes = <usize> (length & ~3) << 2;
  const factors = f32x4.splat(factor);
  let at: usize = 0;
  for (; at < vectorBytes; at += 16) {
    const product = f32x4.mul(factors, v128.load(from + at));
    v128.store(to + at, f32x4.add(v128.load(to + at), product));
  }
  for (; at < bytes; at += 4) {
    const product = factor * load<f32>(from + at);
    store<f32>(to + at, load<f32>(to + at) + product);
  }
}

function dot(a: usize, b: usize, length: i32): f32 {
  const bytes = <usize> length << 2;
  const vectorBytes = <usize> (length & ~3) << 2;
  let sums = f32x4.splat(0);
  let at: usize = 0;
  for (; at < vectorBytes; at += 16) {
    const product = f32x4.mul(v128.load(a + at), v128.load(b + at));
    sums = f32x4.add(sums, product);
  }
  let sum = f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1) +
    f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3);
  for (; at < bytes; at += 4) sum += load<f32>(a + at) * load<f32>(b + at);
  return sum;
}
