/**
 * The quality gate: which networks may be put into service.
 *
 * @module
 */

import { measure, type Metrics } from "./metrics.ts";

/** What a network answers to messages that it was not trained on. */
export interface HeldOut {
  /** 1 for spam, 0 for ham; there are both. */
  isSpam: Uint8Array;
  /** Outputs of the network that is judged. */
  candidate: Float64Array;
  /** Outputs of the network in service, if there is one. */
  current?: Float64Array;
}

/** What the gate found. */
export interface Judgement {
  candidate: Metrics;
  current?: Metrics;
  /** Why the network may not be put into service; absent when it may. */
  refusal?: Refusal;
}

/** Why a network is refused. */
export interface Refusal {
  reason: string;
  /**
   * Whether the network is worth nothing, so that another seed may do better
   * on the same samples; else it is only worse than the one in service.
   */
  degenerate: boolean;
}

/** Outputs that differ by less than this are the same. */
const LEAST_SPREAD = 1e-3;
/** A coin has 0.5, and a rule of thumb more than this. */
const LEAST_AUC = 0.6;
/** With fewer of a class, one message out of order makes a tenth and more. */
const ENOUGH_OF_CLASS = 5;
/** What an AUC by too few messages has to be. */
const LEAST_AUC_BY_FEW = 0.5;
/** Differences beyond this many standard errors are not taken for chance. */
const SIGNIFICANT = 2;

/**
 * Judges a network by messages that it was not trained on.
 *
 * It is refused when it is no use: when an output is not a number, all are
 * the same, more than half of a class are on the wrong side, or they order the
 * messages hardly better than chance. And it is refused when it is worse than
 * the one in service: in both AUC and error, or in one of them by more than
 * chance explains. By very few messages only the worst can be told: a first
 * network of ten samples of each class has three of each to be judged by.
 */
export function judge(heldOut: HeldOut): Judgement {
  const { isSpam, candidate, current } = heldOut;
  const metrics = measure(candidate, isSpam);
  const judgement: Judgement = { candidate: metrics };
  const useless = findUseless(candidate, metrics);
  if (useless) judgement.refusal = { reason: useless, degenerate: true };
  if (current) {
    judgement.current = measure(current, isSpam);
    const worse = findWorse(heldOut, current, metrics, judgement.current);
    if (worse) judgement.refusal ??= { reason: worse, degenerate: false };
  }
  return judgement;
}

function findUseless(
  outputs: Float64Array,
  metrics: Metrics,
): string | undefined {
  if (!outputs.every(Number.isFinite)) {
    return "it answers with something that is not a number";
  }
  const least = outputs.reduce((a, b) => Math.min(a, b), Infinity);
  const greatest = outputs.reduce((a, b) => Math.max(a, b), -Infinity);
  if (greatest - least < LEAST_SPREAD) {
    return `it answers ${least.toFixed(3)} to every message`;
  }
  const { n, fpr, fnr, auc } = metrics;
  if (isMostlyWrong(fpr, n.ham)) return wrongSide(fpr, n.ham, "ham for spam");
  if (isMostlyWrong(fnr, n.spam)) return wrongSide(fnr, n.spam, "spam for ham");
  const leastAuc = Math.min(n.spam, n.ham) < ENOUGH_OF_CLASS
    ? LEAST_AUC_BY_FEW
    : LEAST_AUC;
  // Not a number where a class is missing.
  if (!(auc >= leastAuc)) {
    return `it is hardly better than chance: AUC ${auc.toFixed(3)}`;
  }
}

/**
 * Whether more than half of a class are on the wrong side, and no coin would
 * have done it: all of five, or 61 of 100. Of four, all may be chance.
 */
function isMostlyWrong(rate: number, size: number): boolean {
  return rate - 0.5 > SIGNIFICANT * 0.5 / Math.sqrt(size);
}

function wrongSide(rate: number, size: number, what: string): string {
  return `it takes ${Math.round(rate * size)} of ${size} ${what}`;
}

function findWorse(
  { isSpam, candidate }: HeldOut,
  current: Float64Array,
  mine: Metrics,
  other: Metrics,
): string | undefined {
  // Beside one that is broken, or without a class, nothing is worse.
  if (!current.every(Number.isFinite) || !Number.isFinite(other.auc)) {
    return undefined;
  }
  const lost = mine.error - other.error;
  const auc = mine.auc - other.auc;
  const figures = `error ${percent(mine.error)} against ${
    percent(other.error)
  }, AUC ${mine.auc.toFixed(4)} against ${other.auc.toFixed(4)}`;
  if (lost > 0 && auc < 0) {
    return `it is worse than the one in service: ${figures}`;
  }
  const disagreements = candidate.reduce(
    (count, output, i) => count + ((output > 0) !== (current[i] > 0) ? 1 : 0),
    0,
  );
  const errorNoise = Math.sqrt(disagreements) / isSpam.length;
  if (lost > SIGNIFICANT * errorNoise) {
    return `it makes more errors than the one in service: ${figures}`;
  }
  const smaller = Math.min(mine.n.spam, mine.n.ham);
  const aucNoise = Math.sqrt(other.auc * (1 - other.auc) / smaller);
  if (-auc > Math.max(SIGNIFICANT * aucNoise, 1e-9)) {
    return `it orders messages worse than the one in service: ${figures}`;
  }
}

function percent(rate: number): string {
  return `${(100 * rate).toFixed(2)} %`;
}
