/**
 * Right and wrong answers, counted.
 *
 * @module
 */

/** Messages of each class. */
export interface Counts {
  /** Of spam. */
  spam: number;
  /** Of ham. */
  ham: number;
}

/** What becomes of messages at a threshold; spam is what is looked for. */
export interface Confusion {
  /** Spam that counts as spam. */
  truePositives: number;
  /** Ham that counts as spam. */
  falsePositives: number;
  /** Ham that counts as ham. */
  trueNegatives: number;
  /** Spam that counts as ham. */
  falseNegatives: number;
}

/** The least output above 0, from which on a message counts as spam. */
export const ABOVE_ZERO = Number.MIN_VALUE;

/**
 * Counts what becomes of messages at a threshold.
 *
 * @param isSpam 1 for spam, 0 for ham
 * @param threshold least output that counts as spam
 */
export function confusionAt(
  outputs: Float64Array,
  isSpam: Uint8Array,
  threshold = ABOVE_ZERO,
): Confusion {
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < outputs.length; i++) {
    counts[2 * isSpam[i] + (outputs[i] >= threshold ? 1 : 0)]++;
  }
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = counts;
  return { truePositives, falsePositives, trueNegatives, falseNegatives };
}
