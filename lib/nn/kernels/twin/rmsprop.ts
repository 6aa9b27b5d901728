/**
 * RMSprop as KANN does it: `r ← 0.9·r + 0.1·g²`, `w ← w − lr·g / √(r + tiny)`
 * (`kann_RMSprop`).
 *
 * A weight without a gradient stays, and its `r` decays, which can be made up
 * for when it next has one: then `r` is multiplied by a power of 0.9.
 *
 * @module
 */

const KEPT = 0.9;

/** Moves weights by their gradients. */
export function descend(
  weights: Float32Array,
  squares: Float32Array,
  gradients: Float32Array,
  length: number,
  learningRate: number,
  tiny: number,
): void {
  for (let i = 0; i < length; i++) {
    move(weights, squares, i, gradients[i], learningRate, tiny, KEPT);
  }
}

/**
 * Moves the weights of some columns by their gradients.
 *
 * @param decays for each of `columns`, what is left of its `r`
 * @param gradients of all columns; only those of `columns` count
 */
export function descendColumns(
  columns: Uint32Array,
  count: number,
  decays: Float32Array,
  gradients: Float32Array,
  weights: Float32Array,
  squares: Float32Array,
  learningRate: number,
  tiny: number,
): void {
  for (let k = 0; k < count; k++) {
    const i = columns[k];
    move(weights, squares, i, gradients[i], learningRate, tiny, decays[k]);
  }
}

/**
 * The hidden layer of a network that answers `Σ output·hidden·x`, in which the
 * gradient of a hidden weight is `output[unit] · gradients[column]`: gathers
 * the gradient of the output weights, and moves the hidden ones.
 *
 * @param columns an even number of them, all different
 * @param factors for each of `columns`, what its weights in `hidden` are to be
 * multiplied by
 * @param decays for each of `columns`, what is left of its `r`
 * @param gradients of all columns; only those of `columns` count
 * @param hidden one column of `units` weights after the other
 * @param units a multiple of 4
 * @param outputGradient becomes `Σ hidden · gradients[column]`, for each unit
 */
export function descendHidden(
  columns: Uint32Array,
  count: number,
  factors: Float32Array,
  decays: Float32Array,
  gradients: Float32Array,
  hidden: Float32Array,
  squares: Float32Array,
  units: number,
  output: Float32Array,
  outputGradient: Float32Array,
  learningRate: number,
  tiny: number,
): void {
  outputGradient.fill(0, 0, units);
  for (let k = 0; k < count; k++) {
    const gradient = gradients[columns[k]];
    const rate = learningRate / factors[k];
    for (let i = 0, at = columns[k] * units; i < units; i++, at++) {
      outputGradient[i] += factors[k] * hidden[at] * gradient;
      const own = output[i] * gradient;
      move(hidden, squares, at, own, rate, tiny, decays[k]);
    }
  }
}

function move(
  weights: Float32Array,
  squares: Float32Array,
  i: number,
  gradient: number,
  learningRate: number,
  tiny: number,
  decay: number,
): void {
  const square = decay * squares[i] + (1 - KEPT) * gradient * gradient;
  squares[i] = square;
  weights[i] -= learningRate * gradient / Math.sqrt(square + tiny);
}
