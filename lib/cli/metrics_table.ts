/**
 * Figures of a classifier as lines for people.
 *
 * @module
 */

import type { Intervals } from "../nn/quality/evaluation.ts";
import type { Interval } from "../nn/quality/interval.ts";
import { FALSE_POSITIVE_RATES, type Metrics } from "../nn/quality/metrics.ts";

/** A figure, or several side by side, after its name. */
export type Row = [name: string, ...figures: string[]];

/** One line for each figure. */
export function metricsTable(metrics: Metrics): string[] {
  return inColumns(metricsRows(metrics));
}

/** One row for each figure; after it, between what the truth lies. */
export function metricsRows(
  metrics: Metrics,
  intervals?: Intervals,
): [name: string, figure: string][] {
  const { n, auc, error, fpr, fnr, tpr_at_fpr } = metrics;
  return [
    ["messages", `${n.spam + n.ham} (${n.spam} spam, ${n.ham} ham)`],
    ["AUC", fourDigits(auc) + between(intervals?.auc, fourDigits)],
    ["error", withInterval(error, "", intervals?.error)],
    ["false positives", withInterval(fpr, " of ham", intervals?.fpr)],
    ["false negatives", withInterval(fnr, " of spam", intervals?.fnr)],
    ...FALSE_POSITIVE_RATES.map((rate): [string, string] => [
      `spam caught at ${100 * rate} % false positives`,
      withInterval(tpr_at_fpr[rate], "", intervals?.tpr_at_fpr[rate]),
    ]),
  ];
}

/** A figure that differs from others in its last digits. */
export function fourDigits(figure: number): string {
  return Number.isFinite(figure) ? figure.toFixed(4) : "unknown";
}

/** A rate for people, and between what it lies. */
export function withInterval(
  rate: number,
  of: string,
  interval?: Interval,
): string {
  if (!Number.isFinite(rate)) return "unknown";
  return percent(rate) + of + between(interval, percent);
}

function between(
  interval: Interval | undefined,
  text: (x: number) => string,
): string {
  if (!interval || !interval.every(Number.isFinite)) return "";
  return ` (${interval.map(text).join(" to ")})`;
}

function percent(rate: number): string {
  return `${(100 * rate).toFixed(2)} %`;
}

/** Lines of rows, their columns below each other. */
export function inColumns(rows: readonly Row[]): string[] {
  const widths = rows[0].map((_, column) =>
    Math.max(...rows.map((row) => row[column].length))
  );
  return rows.map((row) =>
    row.map((text, column) => text.padEnd(widths[column])).join("  ").trimEnd()
  );
}
