/**
 * Cross-entropy of `tanh(sum)` against ±1, both mapped to (0, 1), in nats:
 * KANN's `ce_bin_neg` after `tanh`.
 *
 * As a function of the sum it keeps its gradient, `tanh(sum) − truth`, where
 * the tanh is 1 to the last digit. Taken one after the other, as KANN does,
 * the derivative of the tanh is 0 there, and training sticks.
 */
export function crossEntropy(sum: number, truth: number): number {
  const margin = 2 * sum * truth;
  return margin > 0
    ? Math.log1p(Math.exp(-margin))
    : Math.log1p(Math.exp(margin)) - margin;
}
