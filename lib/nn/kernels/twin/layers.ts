/**
 * Kernels that pass a mini-batch through layers of a network, and gradients
 * back.
 *
 * Arrays of several dimensions are row-major. Sparse rows are compressed: the
 * elements of row `r` are those from `starts[r]` up to `starts[r + 1]`.
 *
 * @module
 */

/**
 * `outputs[r] = biases + Σ values[k] · weights[indices[k]]`, for every sparse
 * row r.
 *
 * @param weights one row of `width` for each input
 * @param outputs rows × width
 */
export function sparseForward(
  starts: Uint32Array,
  indices: Uint32Array,
  values: Float32Array,
  weights: Float32Array,
  biases: Float32Array,
  outputs: Float32Array,
  rows: number,
  width: number,
): void {
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < width; i++) {
      let sum = biases[i];
      for (let k = starts[r]; k < starts[r + 1]; k++) {
        sum += values[k] * weights[indices[k] * width + i];
      }
      outputs[r * width + i] = sum;
    }
  }
}

/**
 * Adds `values[k] · outputGradients[r]` to row `indices[k]` of
 * `weightGradients`, for every element of every sparse row r, and
 * `outputGradients[r]` to `biasGradients`.
 */
export function sparseBackward(
  starts: Uint32Array,
  indices: Uint32Array,
  values: Float32Array,
  outputGradients: Float32Array,
  weightGradients: Float32Array,
  biasGradients: Float32Array,
  rows: number,
  width: number,
): void {
  for (let r = 0; r < rows; r++) {
    const from = r * width;
    for (let i = 0; i < width; i++) {
      biasGradients[i] += outputGradients[from + i];
    }
    for (let k = starts[r]; k < starts[r + 1]; k++) {
      const to = indices[k] * width;
      for (let i = 0; i < width; i++) {
        weightGradients[to + i] += values[k] * outputGradients[from + i];
      }
    }
  }
}

/**
 * `outputs[r] = biases + weights · inputs[r]`
 *
 * @param inputs rows × columns
 * @param weights width × columns
 * @param outputs rows × width
 */
export function denseForward(
  inputs: Float32Array,
  weights: Float32Array,
  biases: Float32Array,
  outputs: Float32Array,
  rows: number,
  columns: number,
  width: number,
): void {
  for (let r = 0; r < rows; r++) {
    for (let o = 0; o < width; o++) {
      let sum = 0;
      for (let i = 0; i < columns; i++) {
        sum += inputs[r * columns + i] * weights[o * columns + i];
      }
      outputs[r * width + o] = biases[o] + sum;
    }
  }
}

/**
 * The way back through {@linkcode denseForward}: sets `inputGradients` to
 * `weightsᵀ · outputGradients`, row by row, and adds the outer products
 * `outputGradients ⊗ inputs` to `weightGradients`, and `outputGradients` to
 * `biasGradients`.
 */
export function denseBackward(
  inputs: Float32Array,
  weights: Float32Array,
  outputGradients: Float32Array,
  inputGradients: Float32Array,
  weightGradients: Float32Array,
  biasGradients: Float32Array,
  rows: number,
  columns: number,
  width: number,
): void {
  inputGradients.fill(0, 0, rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let o = 0; o < width; o++) {
      const gradient = outputGradients[r * width + o];
      biasGradients[o] += gradient;
      for (let i = 0; i < columns; i++) {
        inputGradients[r * columns + i] += gradient * weights[o * columns + i];
        weightGradients[o * columns + i] += gradient * inputs[r * columns + i];
      }
    }
  }
}
