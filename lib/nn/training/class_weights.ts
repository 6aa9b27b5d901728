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

/** Weights by which both classes count the same, however many samples each has. */
export function balancedWeights(isSpam: Uint8Array): ClassWeights {
  const size = isSpam.length;
  const spam = isSpam.reduce((count, x) => count + x, 0);
  return { spam: size / (2 * spam), ham: size / (2 * (size - spam)) };
}
