/**
 * Whether one classifier makes more errors than another (McNemar 1947).
 *
 * @module
 */

/** On which messages two classifiers disagree. */
export interface Disagreement {
  /** Messages that only the first got wrong. */
  onlyFirstWrong: number;
  /** Messages that only the second got wrong. */
  onlySecondWrong: number;
  /** How often a coin divides them as unevenly, or more so. */
  p: number;
}

/**
 * Counts the messages on which two classifiers disagree, and compares them
 * with throws of a coin, exactly.
 *
 * @param isSpam 1 for spam, 0 for ham
 * @param thresholds least outputs that count as spam, of the first and of the
 * second
 */
export function disagreement(
  first: Float64Array,
  second: Float64Array,
  isSpam: Uint8Array,
  thresholds: [number, number],
): Disagreement {
  let [onlyFirstWrong, onlySecondWrong] = [0, 0];
  for (let i = 0; i < isSpam.length; i++) {
    const isWrong = [first, second].map((outputs, k) =>
      (outputs[i] >= thresholds[k]) !== (isSpam[i] === 1)
    );
    if (isWrong[0] && !isWrong[1]) onlyFirstWrong++;
    if (isWrong[1] && !isWrong[0]) onlySecondWrong++;
  }
  const p = coinProbability(onlyFirstWrong, onlySecondWrong);
  return { onlyFirstWrong, onlySecondWrong, p };
}

/** How often heads and tails differ by at least as much, either way. */
function coinProbability(heads: number, tails: number): number {
  const throws = heads + tails;
  const fewer = Math.min(heads, tails);
  // Logarithms, for 2 to the power of −1075 is 0.
  let log = -throws * Math.LN2;
  let sum = Math.exp(log);
  for (let k = 1; k <= fewer; k++) {
    log += Math.log((throws - k + 1) / k);
    sum += Math.exp(log);
  }
  // Where they are equal, what lies in the middle was counted twice.
  return Math.min(1, 2 * sum);
}
