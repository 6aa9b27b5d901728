/**
 * All that can be said of a classifier by what it answered.
 *
 * @module
 */

import {
  ABOVE_ZERO,
  type Confusion,
  confusionAt,
  type Counts,
} from "./confusion.ts";
import { type AucDifference, compareAucs, estimateAuc } from "./delong.ts";
import { type Interval, wilsonInterval } from "./interval.ts";
import { type Disagreement, disagreement } from "./mcnemar.ts";
import { FALSE_POSITIVE_RATES, measure, type Metrics } from "./metrics.ts";
import { averagePrecision, pointAt, rocCurve, type RocPoint } from "./roc.ts";

/** What a classifier answered to messages, and what comes of it. */
export interface Evaluation {
  /** One for each message. */
  outputs: Float64Array;
  metrics: Metrics;
  /** Between what the truth lies, at 95 % confidence. */
  intervals: Intervals;
  averagePrecision: number;
  /** At the threshold that is judged by: 0, or that for a wanted rate. */
  at: OperatingPoint;
  /** From the strictest threshold on. */
  curve: RocPoint[];
}

/** Of figures of the same names. */
export interface Intervals {
  auc: Interval;
  error: Interval;
  fpr: Interval;
  fnr: Interval;
  tpr_at_fpr: Record<string, Interval>;
}

/** What a threshold does. */
export interface OperatingPoint {
  /** Least output that counts as spam; infinite where none does. */
  threshold: number;
  confusion: Confusion;
  /** Of all ham, what counts as spam. */
  fpr: Rate;
  /** Of all spam, what counts as spam: the recall. */
  tpr: Rate;
  /** Of all that counts as spam, what is spam. */
  precision: Rate;
}

/** A rate with its interval at 95 % confidence; NaN where there was nothing. */
export interface Rate {
  rate: number;
  interval: Interval;
}

/** Whether two classifiers differ, by the same messages. */
export interface Comparison {
  errors: Disagreement;
  auc: AucDifference;
}

/**
 * Evaluates a classifier.
 *
 * @param outputs one for each message
 * @param isSpam 1 for spam, 0 for ham
 * @param wantedFpr most ham that may count as spam, of all ham; without it
 * what is above 0 counts as spam
 */
export function evaluate(
  outputs: Float64Array,
  isSpam: Uint8Array,
  wantedFpr?: number,
): Evaluation {
  const metrics = measure(outputs, isSpam);
  const curve = rocCurve(outputs, isSpam);
  const { n } = metrics;
  const threshold = wantedFpr === undefined
    ? ABOVE_ZERO
    : thresholdFor(curve, n, wantedFpr);
  const { falsePositives, falseNegatives } = confusionAt(outputs, isSpam);
  return {
    outputs,
    metrics,
    intervals: {
      auc: estimateAuc(outputs, isSpam).interval,
      error: wilsonInterval(falsePositives + falseNegatives, outputs.length),
      fpr: wilsonInterval(falsePositives, n.ham),
      fnr: wilsonInterval(falseNegatives, n.spam),
      tpr_at_fpr: Object.fromEntries(
        FALSE_POSITIVE_RATES.map((rate) => [
          rate,
          wilsonInterval(pointAt(curve, n, rate).truePositives, n.spam),
        ]),
      ),
    },
    averagePrecision: averagePrecision(curve, n),
    at: operatingPoint(outputs, isSpam, threshold),
    curve,
  };
}

function thresholdFor(curve: RocPoint[], n: Counts, fpr: number): number {
  const { threshold } = pointAt(curve, n, fpr);
  return Number.isNaN(threshold) ? Infinity : threshold;
}

function operatingPoint(
  outputs: Float64Array,
  isSpam: Uint8Array,
  threshold: number,
): OperatingPoint {
  const confusion = confusionAt(outputs, isSpam, threshold);
  const { truePositives, falsePositives } = confusion;
  const { trueNegatives, falseNegatives } = confusion;
  return {
    threshold,
    confusion,
    fpr: rateOf(falsePositives, falsePositives + trueNegatives),
    tpr: rateOf(truePositives, truePositives + falseNegatives),
    precision: rateOf(truePositives, truePositives + falsePositives),
  };
}

function rateOf(count: number, of: number): Rate {
  return { rate: count / of, interval: wilsonInterval(count, of) };
}

/**
 * Compares two classifiers, each at its threshold.
 *
 * @param isSpam 1 for spam, 0 for ham
 */
export function compare(
  first: Evaluation,
  second: Evaluation,
  isSpam: Uint8Array,
): Comparison {
  return {
    errors: disagreement(first.outputs, second.outputs, isSpam, [
      first.at.threshold,
      second.at.threshold,
    ]),
    auc: compareAucs(first.outputs, second.outputs, isSpam),
  };
}
