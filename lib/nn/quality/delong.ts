/**
 * How sure an AUC is, and how much two of them differ (DeLong, DeLong and
 * Clarke-Pearson 1988, by the ranks of Sun and Xu 2014).
 *
 * @module
 */

import { erfc } from "../erf.ts";
import { type Interval, wilsonInterval, Z } from "./interval.ts";

/** An AUC, and between what the truth may lie. */
export interface AucEstimate {
  /** Area under the ROC curve; ties count half. */
  auc: number;
  /** At 95 % confidence. */
  interval: Interval;
}

/** The difference of two AUCs. */
export interface AucDifference {
  /** The second AUC less the first. */
  difference: number;
  /** At 95 % confidence. */
  interval: Interval;
  /** How often chance alone makes two so good differ so much. */
  p: number;
}

/**
 * The AUC with its interval. Where no message is out of order, nothing varies;
 * then it is no surer than a rate by the messages of the smaller class.
 *
 * @param isSpam 1 for spam, 0 for ham
 * @returns NaN where a class has no message
 */
export function estimateAuc(
  outputs: Float64Array,
  isSpam: Uint8Array,
): AucEstimate {
  const placements = placementsOf(outputs, isSpam);
  const { auc, ofSpam, ofHam } = placements;
  const deviation = Math.sqrt(covariance(placements, placements));
  if (deviation > 0) return { auc, interval: around(auc, deviation, 0, 1) };
  const fewest = Math.min(ofSpam.length, ofHam.length);
  return { auc, interval: wilsonInterval(auc * fewest, fewest) };
}

/**
 * Compares what two classifiers answered to the same messages.
 *
 * @param isSpam 1 for spam, 0 for ham
 * @returns NaN where a class has fewer than two messages
 */
export function compareAucs(
  first: Float64Array,
  second: Float64Array,
  isSpam: Uint8Array,
): AucDifference {
  const [a, b] = [first, second].map((outputs) =>
    placementsOf(outputs, isSpam)
  );
  const difference = b.auc - a.auc;
  const variance = covariance(a, a) + covariance(b, b) - 2 * covariance(a, b);
  // What ought to be 0 is not always, for want of digits.
  const deviation = Math.sqrt(Math.max(0, variance));
  const isSame = Math.abs(difference) < 1e-12;
  return {
    difference,
    interval: around(difference, deviation, -1, 1),
    p: isSame ? 1 : erfc(Math.abs(difference) / deviation / Math.SQRT2),
  };
}

function around(
  middle: number,
  deviation: number,
  least: number,
  greatest: number,
): Interval {
  return [
    Math.max(least, middle - Z * deviation),
    Math.min(greatest, middle + Z * deviation),
  ];
}

/** Where the messages of one class stand among those of the other. */
interface Placements {
  auc: number;
  /** For each spam, which share of the ham is below it. */
  ofSpam: Float64Array;
  /** For each ham, which share of the spam is above it. */
  ofHam: Float64Array;
}

function placementsOf(outputs: Float64Array, isSpam: Uint8Array): Placements {
  const spam = outputs.filter((_, i) => isSpam[i] === 1);
  const ham = outputs.filter((_, i) => isSpam[i] !== 1);
  const sortedSpam = spam.toSorted();
  const sortedHam = ham.toSorted();
  const ofSpam = spam.map((x) => shareBelow(sortedHam, x));
  const ofHam = ham.map((x) => 1 - shareBelow(sortedSpam, x));
  return { auc: mean(ofSpam), ofSpam, ofHam };
}

/** Which share of sorted numbers is below one; equal ones count half. */
function shareBelow(sorted: Float64Array, x: number): number {
  const below = firstWhere(sorted, (y) => y >= x);
  const upTo = firstWhere(sorted, (y) => y > x);
  return (below + upTo) / 2 / sorted.length;
}

/** Position of the first number with a property that all after it have, too. */
function firstWhere(
  sorted: Float64Array,
  has: (x: number) => boolean,
): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (has(sorted[middle])) to = middle;
    else from = middle + 1;
  }
  return from;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** Of two AUCs by the same messages; of one with itself, its variance. */
function covariance(a: Placements, b: Placements): number {
  return covarianceOf(a.ofSpam, b.ofSpam) / a.ofSpam.length +
    covarianceOf(a.ofHam, b.ofHam) / a.ofHam.length;
}

function covarianceOf(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - meanA) * (b[i] - meanB);
  return sum / (a.length - 1);
}
