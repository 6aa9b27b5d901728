/**
 * How sure a figure is.
 *
 * @module
 */

/** Least and greatest value that the truth may have. */
export type Interval = [least: number, greatest: number];

/** The truth lies in so many of all intervals. */
export const CONFIDENCE = 0.95;
/** Standard deviations around the mean of a normal distribution that hold it. */
export const Z = 1.959963984540054;

/**
 * Wilson's interval for a rate, which is between 0 and 1 and no point even
 * where nothing or everything was counted.
 *
 * @param count of what was looked for, among `of`
 * @returns from 0 to 1 where there is nothing to count
 */
export function wilsonInterval(count: number, of: number): Interval {
  const rate = count / of;
  const scale = 1 + Z * Z / of;
  const middle = (rate + Z * Z / (2 * of)) / scale;
  const reach = Z * Math.sqrt(rate * (1 - rate) / of + (Z / (2 * of)) ** 2) /
    scale;
  return [
    count === 0 ? 0 : Math.max(0, middle - reach),
    count === of ? 1 : Math.min(1, middle + reach),
  ];
}
