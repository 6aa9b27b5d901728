/**
 * What the kernels of RMSprop are called with.
 *
 * @module
 */

/** KANN adds it to the mean square before it takes the root. */
export const TINY = 1e-6;

const KEPT = 0.9;

/** 0.9^k; beyond the table it is less than the smallest float32. */
const POWERS = Float32Array.from({ length: 1024 }, (_, k) => KEPT ** k);

/**
 * What is left of a mean of squares after some steps, all but the last of
 * them without a gradient.
 */
export function decayAfter(steps: number): number {
  return steps < POWERS.length ? POWERS[steps] : 0;
}
