/**
 * Weights that follow their gradients as in Adam.
 *
 * @module
 */

/**
 * Adam (Kingma & Ba 2015): `m ← 0.9·m + 0.1·g`, `s ← 0.999·s + 0.001·g²`,
 * `w ← w − rate · m / (√(s · correction) + 1e-8)`.
 *
 * @param means the running mean m of the gradients
 * @param squares that of their squares, s
 * @param rate the learning rate, over 1 − 0.9ᵗ after t steps
 * @param correction of s for having begun at 0: 1 / (1 − 0.999ᵗ)
 */
export function updateAdam(
  weights: Float32Array,
  gradients: Float32Array,
  means: Float32Array,
  squares: Float32Array,
  length: number,
  rate: number,
  correction: number,
): void {
  for (let i = 0; i < length; i++) {
    const gradient = gradients[i];
    means[i] = 0.9 * means[i] + 0.1 * gradient;
    squares[i] = 0.999 * squares[i] + 0.001 * gradient * gradient;
    weights[i] -= rate * means[i] / (Math.sqrt(squares[i] * correction) + 1e-8);
  }
}
