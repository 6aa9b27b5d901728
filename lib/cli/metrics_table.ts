/**
 * Figures of a classifier as lines for people.
 *
 * @module
 */

import { FALSE_POSITIVE_RATES, type Metrics } from "../nn/quality/metrics.ts";

/** One line for each figure. */
export function metricsTable(metrics: Metrics): string[] {
  const { n } = metrics;
  const rows: [string, string][] = [
    ["messages", `${n.spam + n.ham} (${n.spam} spam, ${n.ham} ham)`],
    ["AUC", metrics.auc.toFixed(4)],
    ["error", percent(metrics.error)],
    ["false positives", `${percent(metrics.fpr)} of ham`],
    ["false negatives", `${percent(metrics.fnr)} of spam`],
    ...FALSE_POSITIVE_RATES.map((rate): [string, string] => [
      `spam caught at ${100 * rate} % false positives`,
      percent(metrics.tpr_at_fpr[rate]),
    ]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, figure]) => `${name.padEnd(width)}  ${figure}`);
}

function percent(rate: number): string {
  return Number.isFinite(rate) ? `${(100 * rate).toFixed(2)} %` : "unknown";
}
