/**
 * What a store says of trainings, trusting nothing: others may write there.
 *
 * @module
 */

import type { ModelTraining } from "../model/stored_model.ts";
import {
  MOST_OUTLINE_POINTS,
  type OutlinePoint,
} from "../nn/quality/roc_outline.ts";

/** More epochs are not drawn. */
const MOST_EPOCHS = 100_000;

/** Costs that can be drawn: two at least, and none that is not a number. */
export function knownCosts(costs: unknown): number[] {
  if (!Array.isArray(costs) || costs.length > MOST_EPOCHS) return [];
  const known = costs.filter((cost) =>
    typeof cost === "number" && cost >= 0 && cost < Infinity
  );
  return known.length > 1 && Math.max(...known) > 0 ? known : [];
}

/** A ROC curve that can be drawn, as shares; nothing where there is none. */
export function knownRoc(
  training: ModelTraining | undefined,
): [fpr: number, tpr: number][] {
  const roc: unknown = training?.roc;
  const n = training?.figures?.n;
  if (!n || !(n.spam > 0 && n.ham > 0)) return [];
  if (!Array.isArray(roc) || roc.length > MOST_OUTLINE_POINTS) return [];
  const points = roc.filter(isPoint).map(([, ham, spam]) =>
    [ham / n.ham, spam / n.spam] as [number, number]
  );
  return points.length > 0 ? [[0, 0], ...points] : [];
}

function isPoint(point: unknown): point is OutlinePoint {
  return Array.isArray(point) && point.length === 3 &&
    point.slice(1).every((count) => Number.isSafeInteger(count) && count >= 0);
}
