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

/** Points that are closer are left out, once there are too many. */
const LEAST_DISTANCE = 1 / 512;

/**
 * Picks points from which a curve can be drawn, on a logarithmic axis too: the
 * first false positives and the last missed spam matter most. All corners if
 * they are few. The point where nothing is caught is left out, and the last one
 * above 0 never, if it is a corner: from there on an output is ham.
 *
 * @param curve as `rocCurve` gives it
 * @returns at most {@linkcode MOST_OUTLINE_POINTS}; none without a class
 */
export function rocOutline(
  curve: readonly RocPoint[],
  n: Counts,
): OutlinePoint[] {
  if (n.spam === 0 || n.ham === 0) return [];
  let points = cornersOf(curve).slice(1);
  let distance = LEAST_DISTANCE;
  while (points.length > MOST_OUTLINE_POINTS) {
    points = thinned(points, n, distance);
    distance *= 2;
  }
  return points.map(({ threshold, falsePositives, truePositives }) => [
    Number(threshold.toFixed(4)),
    falsePositives,
    truePositives,
  ]);
}

/** Leaves out what is closer to the point before than a distance. */
function thinned(
  points: readonly RocPoint[],
  n: Counts,
  distance: number,
): RocPoint[] {
  /** From 0 to 2, and never less than that of a point before. */
  const place = ({ falsePositives, truePositives }: RocPoint) =>
    1 + Math.log1p(falsePositives) / Math.log1p(n.ham) -
    Math.log1p(n.spam - truePositives) / Math.log1p(n.spam);
  const needed = points.findLast(({ threshold }) => threshold > 0);
  let last = -Infinity;
  return points.filter((point, i) => {
    const isNeeded = point === needed || i === points.length - 1;
    if (!isNeeded && place(point) - last < distance) return false;
    last = place(point);
    return true;
  });
}
