/**
 * A ROC curve in few points, to be kept with a model and drawn.
 *
 * @module
 */

import type { Counts } from "./confusion.ts";
import { cornersOf, type RocPoint } from "./roc.ts";

/**
 * A point of an outline: the least output that counts as spam, and how much
 * ham and spam is at or above it.
 */
export type OutlinePoint = [
  threshold: number,
  falsePositives: number,
  truePositives: number,
];

/** A longer outline would look the same. */
export const MOST_OUTLINE_POINTS = 64;

/**
 * From the lower left of the diagram to the upper right a curve goes 2 sides at
 * most, so points that are this far apart are few enough, with both its ends.
 */
const LEAST_DISTANCE = 2 / (MOST_OUTLINE_POINTS - 2);

/**
 * Picks points from which a curve can be drawn, on a logarithmic axis of false
 * positives too: the first ones matter most. The point where nothing is caught
 * is left out.
 *
 * @param curve as `rocCurve` gives it
 * @returns at most {@linkcode MOST_OUTLINE_POINTS}; none without a class
 */
export function rocOutline(
  curve: readonly RocPoint[],
  n: Counts,
): OutlinePoint[] {
  if (n.spam === 0 || n.ham === 0) return [];
  const place = ({ falsePositives, truePositives }: RocPoint) =>
    Math.log1p(falsePositives) / Math.log1p(n.ham) + truePositives / n.spam;
  const corners = cornersOf(curve).slice(1);
  const kept: RocPoint[] = [];
  let last = 0;
  for (const [i, point] of corners.entries()) {
    const isEnd = i === 0 || i === corners.length - 1;
    if (!isEnd && place(point) - last < LEAST_DISTANCE) continue;
    last = place(point);
    kept.push(point);
  }
  return kept.map(({ threshold, falsePositives, truePositives }) => [
    Number(threshold.toFixed(4)),
    falsePositives,
    truePositives,
  ]);
}
