/**
 * An evaluation as lines for people.
 *
 * @module
 */

import type { Contribution } from "../../model/explain.ts";
import type {
  Comparison,
  Evaluation,
  OperatingPoint,
} from "../../nn/quality/evaluation.ts";
import { CONFIDENCE } from "../../nn/quality/interval.ts";
import {
  fourDigits,
  inColumns,
  metricsRows,
  type Row,
  withInterval,
} from "../metrics_table.ts";
import type { JudgedScan } from "./worst.ts";

/** An evaluation of a judge. */
export interface NamedEvaluation {
  name: string;
  evaluation: Evaluation;
  /** What it got most wrong; empty unless asked for. */
  worst: (JudgedScan & { contributions?: Contribution[] })[];
}

/** Below this, chance is not believed in. */
const SIGNIFICANT = 0.05;

/** All figures, those of two side by side. */
export function figuresReport(
  evaluations: readonly NamedEvaluation[],
  wantedFpr?: number,
): string[] {
  const tables = evaluations.map(({ evaluation }) => [
    ...metricsRows(evaluation.metrics, evaluation.intervals),
    averagePrecisionRow(evaluation),
    ...operatingRows(evaluation.at, wantedFpr),
  ]);
  const rows = tables[0].map(([name], i): Row => [
    name,
    ...tables.map((table) => table[i][1]),
  ]);
  if (evaluations.length > 1) {
    rows.unshift(["", ...evaluations.map(({ name }) => name)]);
  }
  return [
    ...inColumns(rows),
    `In brackets: where the truth lies, with ${100 * CONFIDENCE} % confidence.`,
  ];
}

function averagePrecisionRow(
  { averagePrecision }: Evaluation,
): [string, string] {
  return ["average precision", fourDigits(averagePrecision)];
}

/** What the threshold does that is judged by. */
function operatingRows(
  { threshold, confusion, fpr, tpr, precision }: OperatingPoint,
  wantedFpr?: number,
): [string, string][] {
  const { truePositives, falsePositives } = confusion;
  const { trueNegatives, falseNegatives } = confusion;
  const counts: [string, string][] = [
    ["spam called spam, called ham", `${truePositives}, ${falseNegatives}`],
    ["ham called spam, called ham", `${falsePositives}, ${trueNegatives}`],
    ["precision: spam, of what is called spam", figure(precision)],
  ];
  if (wantedFpr === undefined) return counts;
  return [
    [
      `threshold for ${
        Number((100 * wantedFpr).toPrecision(6))
      } % false positives`,
      Number.isFinite(threshold)
        // With fewer digits it would be another threshold.
        ? String(threshold)
        : "none: too much ham is above all spam",
    ],
    ["  false positives there", figure(fpr)],
    ["  spam caught there", figure(tpr)],
    ...counts.map(([name, text]): [string, string] => [`  ${name}`, text]),
  ];
}

function figure(
  { rate, interval }: OperatingPoint["fpr"],
): string {
  return withInterval(rate, "", interval);
}

/** Whether the difference of two judges means anything. */
export function comparisonReport(
  [first, second]: readonly string[],
  { errors, auc }: Comparison,
): string[] {
  const { onlyFirstWrong, onlySecondWrong, p } = errors;
  const fewer = onlyFirstWrong > onlySecondWrong ? second : first;
  const better = auc.difference > 0 ? second : first;
  const [least, greatest] = auc.interval.map(signed);
  return [
    `Errors: ${onlyFirstWrong} only by ${first}, ${onlySecondWrong} only by ${second}: ${
      meaning(p, `${fewer} makes fewer`)
    } (McNemar, p = ${probability(p)}).`,
    Number.isNaN(auc.p)
      ? "AUC: too few messages of a class to compare."
      : `AUC: ${
        signed(auc.difference)
      } for ${second} (${least} to ${greatest}): ${
        meaning(auc.p, `${better} sorts better`)
      } (DeLong, p = ${probability(auc.p)}).`,
  ];
}

function signed(difference: number): string {
  return (difference < 0 ? "" : "+") + difference.toFixed(4);
}

function meaning(p: number, claim: string): string {
  return p < SIGNIFICANT ? `${claim}, hardly by chance` : "may be chance";
}

function probability(p: number): string {
  return p < 1e-4 ? p.toExponential(1) : p.toFixed(4);
}

/** What a judge got most wrong, with its reasons. */
export function worstReport({ name, worst }: NamedEvaluation): string[] {
  if (worst.length === 0) return [`${name} got nothing wrong.`];
  const lines = [`What ${name} got most wrong:`];
  for (const { scan, output, contributions } of worst) {
    const id = scan.id === "" ? "" : ` (${scan.id})`;
    lines.push(
      `  ${output.toFixed(4).padStart(7)}  ${scan.class}: ${scan.place}${id}`,
    );
    for (const { name, contribution } of contributions ?? []) {
      lines.push(`    ${contribution.toFixed(4).padStart(8)}  ${name}`);
    }
  }
  return lines;
}
