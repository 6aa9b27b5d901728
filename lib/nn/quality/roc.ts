/**
 * What each threshold would do: the points of the ROC curve, and of the
 * precision-recall curve.
 *
 * @module
 */

import type { Counts } from "./confusion.ts";

/** What becomes of messages whose output is at least the threshold. */
export interface RocPoint {
  /** NaN where nothing is caught. */
  threshold: number;
  /** Spam at or above it. */
  truePositives: number;
  /** Ham at or above it. */
  falsePositives: number;
}

/**
 * One point for each different output, from the strictest threshold on, after
 * the one where nothing is caught.
 *
 * @param isSpam 1 for spam, 0 for ham
 */
export function rocCurve(
  outputs: Float64Array,
  isSpam: Uint8Array,
): RocPoint[] {
  const order = Uint32Array.from(outputs, (_, i) => i)
    .sort((a, b) => outputs[b] - outputs[a]);
  const curve: RocPoint[] = [];
  // Equal to no output: the first point is the one where nothing is caught.
  let point = { threshold: NaN, truePositives: 0, falsePositives: 0 };
  for (const i of order) {
    if (outputs[i] !== point.threshold) {
      curve.push(point);
      point = { ...point, threshold: outputs[i] };
    }
    if (isSpam[i] === 1) point.truePositives++;
    else point.falsePositives++;
  }
  curve.push(point);
  return curve;
}

/** Area under the curve; ties count half. NaN without messages of a class. */
export function areaUnder(curve: readonly RocPoint[], n: Counts): number {
  let area = 0;
  for (let i = 1; i < curve.length; i++) {
    const [left, right] = [curve[i - 1], curve[i]];
    area += (right.falsePositives - left.falsePositives) *
      (right.truePositives + left.truePositives) / 2;
  }
  return area / (n.spam * n.ham);
}

/**
 * The point that catches most with at most so many false positives.
 *
 * @param rate of all ham, between 0 and 1
 */
export function pointAt(
  curve: readonly RocPoint[],
  n: Counts,
  rate: number,
): RocPoint {
  return curve.findLast(({ falsePositives }) =>
    falsePositives <= rate * n.ham
  )!;
}

/**
 * Mean precision over the spam, from the strictest threshold on: the area
 * under the precision-recall curve, taken as steps. NaN without spam.
 */
export function averagePrecision(
  curve: readonly RocPoint[],
  n: Counts,
): number {
  let sum = 0;
  for (let i = 1; i < curve.length; i++) {
    const { truePositives, falsePositives } = curve[i];
    const precision = truePositives / (truePositives + falsePositives);
    sum += (truePositives - curve[i - 1].truePositives) * precision;
  }
  return sum / n.spam;
}

/** The points at which the curve turns; between them it is straight. */
export function cornersOf(curve: readonly RocPoint[]): RocPoint[] {
  return curve.filter((point, i) => {
    const [before, after] = [curve[i - 1], curve[i + 1]];
    if (!before || !after) return true;
    return (point.truePositives - before.truePositives) *
        (after.falsePositives - point.falsePositives) !==
      (after.truePositives - point.truePositives) *
        (point.falsePositives - before.falsePositives);
  });
}
