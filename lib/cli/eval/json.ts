/**
 * An evaluation as JSON.
 *
 * @module
 */

import { ABOVE_ZERO } from "../../nn/quality/confusion.ts";
import type {
  Comparison,
  Evaluation,
  OperatingPoint,
} from "../../nn/quality/evaluation.ts";
import { cornersOf } from "../../nn/quality/roc.ts";
import type { NamedEvaluation } from "./report.ts";

/** More points than a picture shows. */
const MOST_POINTS = 1000;

/** All of an evaluation; what is unknown becomes null. */
export function evaluationJson(
  { name, evaluation, worst }: NamedEvaluation,
): Record<string, unknown> {
  const { metrics, intervals, averagePrecision, at } = evaluation;
  return {
    name,
    ...metrics,
    average_precision: averagePrecision,
    intervals,
    at: operatingJson(at),
    curve: curveJson(evaluation),
    worst: worst.map(({ scan, output, contributions }) => ({
      id: scan.id,
      place: scan.place,
      class: scan.class,
      output,
      contributions,
    })),
  };
}

function operatingJson(
  { threshold, confusion, fpr, tpr, precision }: OperatingPoint,
): unknown {
  return {
    threshold: threshold === ABOVE_ZERO ? 0 : threshold,
    true_positives: confusion.truePositives,
    false_positives: confusion.falsePositives,
    true_negatives: confusion.trueNegatives,
    false_negatives: confusion.falseNegatives,
    fpr: fpr.rate,
    tpr: tpr.rate,
    precision: precision.rate,
    intervals: {
      fpr: fpr.interval,
      tpr: tpr.interval,
      precision: precision.interval,
    },
  };
}

/** Where the ROC curve turns; where it turns too often, some of that. */
function curveJson({ curve, metrics: { n } }: Evaluation): unknown {
  const corners = cornersOf(curve);
  const step = Math.max(1, (corners.length - 1) / (MOST_POINTS - 1));
  const count = Math.min(corners.length, MOST_POINTS);
  return Array.from({ length: count }, (_, i) => {
    const point = corners[Math.round(i * step)];
    const { threshold, truePositives, falsePositives } = point;
    return {
      threshold,
      fpr: falsePositives / n.ham,
      tpr: truePositives / n.spam,
      precision: truePositives / (truePositives + falsePositives),
    };
  });
}

/** What two judges differ in. */
export function comparisonJson({ errors, auc }: Comparison): unknown {
  return {
    mcnemar: {
      only_first_wrong: errors.onlyFirstWrong,
      only_second_wrong: errors.onlySecondWrong,
      p: errors.p,
    },
    delong: auc,
  };
}
