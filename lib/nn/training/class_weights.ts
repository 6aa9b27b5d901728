/**
 * How much samples of each class count.
 *
 * @module
 */

/** A factor for each class; 1 on average over all samples. */
export interface ClassWeights {
  spam: number;
  ham: number;
}

/** Every sample counts the same. */
export const EQUAL_WEIGHTS: ClassWeights = { spam: 1, ham: 1 };

/** So much more spam than ham, or the reverse, mail may really have. */
const GREATEST_RATIO = 4;

/**
 * Weights by which one class counts at most four times as much as the other:
 * what a pool has beyond that says how it was filled, not how mail is.
 */
export function boundedWeights(isSpam: Uint8Array): ClassWeights {
  const spam = isSpam.reduce((count, x) => count + x, 0);
  const ham = isSpam.length - spam;
  return {
    spam: Math.max(1, ham / (GREATEST_RATIO * spam)),
    ham: Math.max(1, spam / (GREATEST_RATIO * ham)),
  };
}

/** Weights by which both classes count the same, however many samples each has. */
export function balancedWeights(isSpam: Uint8Array): ClassWeights {
  const size = isSpam.length;
  const spam = isSpam.reduce((count, x) => count + x, 0);
  return { spam: size / (2 * spam), ham: size / (2 * (size - spam)) };
}
