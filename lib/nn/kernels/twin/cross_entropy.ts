/**
 * The cost that networks are trained by.
 *
 * @module
 */

import { crossEntropy } from "../../cross_entropy.ts";

/**
 * Cross-entropy of the tanh of sums (`crossEntropy`), and its derivatives.
 *
 * @param truths 1 for spam, −1 for ham
 * @param deltas becomes the derivative of the mean cost by each sum:
 * `(tanh(sum) − truth) / count`
 * @returns the mean cost, in nats
 */
export function compareSums(
  sums: Float32Array,
  truths: Float32Array,
  count: number,
  deltas: Float32Array,
): number {
  let cost = 0;
  for (let i = 0; i < count; i++) {
    cost += crossEntropy(sums[i], truths[i]);
    deltas[i] = (Math.tanh(sums[i]) - truths[i]) / count;
  }
  return cost / count;
}
