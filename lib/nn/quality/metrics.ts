/**
 * How well a classifier separates spam from ham.
 *
 * @module
 */

import type { Counts } from "./confusion.ts";
import { areaUnder, pointAt, rocCurve, type RocPoint } from "./roc.ts";

/** False-positive rates at which the spam caught is of interest. */
export const FALSE_POSITIVE_RATES = [0.001, 0.005, 0.01] as const;

/** How well outputs agree with labels. Rates are between 0 and 1. */
export interface Metrics {
  /** Area under the ROC curve; ties count half. */
  auc: number;
  /** Messages on the wrong side of 0. */
  error: number;
  /** Ham that counts as spam, of all ham. */
  fpr: number;
  /** Spam that counts as ham, of all spam. */
  fnr: number;
  /** Spam caught at the strictest threshold with at most this rate of false positives. */
  tpr_at_fpr: Record<string, number>;
  /** Mean cross-entropy in nats, of outputs mapped from (−1, 1) to (0, 1). */
  cost: number;
  /** Number of messages of each class. */
  n: { spam: number; ham: number };
}

/**
 * Measures outputs against labels.
 *
 * Without messages of a class, what needs them is NaN.
 *
 * @param outputs one for each message, above 0 for spam
 * @param isSpam 1 for spam, 0 for ham
 */
export function measure(outputs: Float64Array, isSpam: Uint8Array): Metrics {
  const n = { spam: 0, ham: 0 };
  const missed = { spam: 0, ham: 0 };
  let cost = 0;
  for (let i = 0; i < outputs.length; i++) {
    const spam = isSpam[i] === 1;
    n[spam ? "spam" : "ham"]++;
    if ((outputs[i] > 0) !== spam) missed[spam ? "spam" : "ham"]++;
    const agreement = spam ? 1 + outputs[i] : 1 - outputs[i];
    cost += Math.log(2 / Math.max(agreement, 1e-9));
  }
  const curve = rocCurve(outputs, isSpam);
  return {
    auc: areaUnder(curve, n),
    error: (missed.spam + missed.ham) / outputs.length,
    fpr: missed.ham / n.ham,
    fnr: missed.spam / n.spam,
    tpr_at_fpr: Object.fromEntries(
      FALSE_POSITIVE_RATES.map((rate) => [rate, caughtAt(curve, n, rate)]),
    ),
    cost: cost / outputs.length,
    n,
  };
}

function caughtAt(curve: RocPoint[], n: Counts, rate: number): number {
  if (n.ham === 0) return NaN;
  return pointAt(curve, n, rate).truePositives / n.spam;
}
