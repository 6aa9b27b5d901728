/**
 * An evaluation as a picture: one SVG file that needs nothing else.
 *
 * @module
 */

import type { Evaluation } from "../../nn/quality/evaluation.ts";
import { pointAt } from "../../nn/quality/roc.ts";
import { fourDigits } from "../metrics_table.ts";
import { type Axis, logarithmicAxis, shareAxis } from "../../chart/axis.ts";
import { type Line, type Panel, panelSvg, text } from "../../chart/panel.ts";
import type { NamedEvaluation } from "./report.ts";
import { escapeXml } from "../../chart/xml.ts";

const SIZE = { width: 960, height: 500 } as const;
/** Where the frames of both diagrams begin. */
const FRAMES = [{ x: 90, y: 60 }, { x: 570, y: 60 }] as const;
/** Where the names stand. */
const LEGEND = { x: 90, y: 450, lineHeight: 22 } as const;
/** Where it says what circles are; its end. */
const NOTE = { x: 930, y: 454 } as const;
/** A name that is longer would leave the picture. */
const MOST_CHARACTERS = 70;

/** To catch all spam, all ham counts as spam, too: nobody looks there. */
const MOST_RECALL = 0.98;

/** In light and dark; colour-blind people tell the lines by their dashes. */
const STYLE = `
svg { --paper: #ffffff; --ink: #1d2330; --faint: #5b6475; --grid: #e3e6ec;
  --a: #0b62c4; --b: #b8480a; }
@media (prefers-color-scheme: dark) {
  svg { --paper: #14171d; --ink: #e8eaf0; --faint: #a0a8b8; --grid: #2b303b;
    --a: #6cb1ff; --b: #ffa25e; }
}
.paper { fill: var(--paper); }
text { font: 13px system-ui, sans-serif; fill: var(--ink); }
.title { font-size: 15px; font-weight: 600; text-anchor: middle; }
.axis { fill: var(--faint); text-anchor: middle; }
.tick { font-size: 11px; fill: var(--faint); text-anchor: middle; }
.left { text-anchor: end; }
.grid { stroke: var(--grid); }
.frame { fill: none; stroke: var(--faint); }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.line.b { stroke-dasharray: 7 4; }
.mark { fill: var(--paper); stroke-width: 2; }
.a { stroke: var(--a); }
.b { stroke: var(--b); }
`;

/** Draws the ROC and precision-recall curves of one judge, or two. */
export function evaluationPicture(
  evaluations: readonly NamedEvaluation[],
): string {
  const panels = [rocPanel(evaluations), precisionPanel(evaluations)];
  const { width, height } = SIZE;
  const { spam, ham } = evaluations[0].evaluation.metrics.n;
  const all = evaluations.map(describe).join("; ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">
<title id="title">${
    escapeXml(`How well ${names(evaluations)} tells spam from ham`)
  }</title>
<desc id="desc">${
    escapeXml(
      `ROC curve, with false positives on a logarithmic axis, and precision-recall curve, by ${spam} spam and ${ham} ham. ${all}. Circles mark the threshold that is used.`,
    )
  }</desc>
<style>${STYLE}</style>
<rect class="paper" width="${width}" height="${height}"/>
${
    panels.map((panel, i) =>
      `<g transform="translate(${FRAMES[i].x} ${FRAMES[i].y})">\n${
        panelSvg(panel)
      }\n</g>`
    ).join("\n")
  }
${evaluations.map(legend).join("\n")}
${text(NOTE.x, NOTE.y, "circles: the threshold that is used", "tick left")}
</svg>
`;
}

function names(evaluations: readonly NamedEvaluation[]): string {
  return evaluations.map(({ name }) => name).join(" or ");
}

function describe({ name, evaluation }: NamedEvaluation): string {
  const { metrics, averagePrecision } = evaluation;
  const [auc, precision] = [metrics.auc, averagePrecision].map(fourDigits);
  return `${shortened(name)}: AUC ${auc}, average precision ${precision}`;
}

/** The end of a path says more than its beginning. */
function shortened(name: string): string {
  return name.length <= MOST_CHARACTERS
    ? name
    : `…${name.slice(1 - MOST_CHARACTERS)}`;
}

function legend(named: NamedEvaluation, i: number): string {
  const { x, y, lineHeight } = LEGEND;
  const at = y + i * lineHeight;
  const style = i === 0 ? "a" : "b";
  return [
    `<path class="line ${style}" d="M${x} ${at}h40"/>`,
    `<circle class="mark ${style}" cx="${x + 20}" cy="${at}" r="4"/>`,
    text(x + 52, at + 4, describe(named), "legend"),
  ].join("\n");
}

function rocPanel(evaluations: readonly NamedEvaluation[]): Panel {
  const { ham } = evaluations[0].evaluation.metrics.n;
  const lines = evaluations.map(({ evaluation }): Line => {
    const { curve, metrics: { n }, at } = evaluation;
    return {
      points: drawable(
        curve.map(({ truePositives, falsePositives }) => [
          falsePositives / n.ham,
          truePositives / n.spam,
        ]),
      ),
      mark: [orZero(at.fpr.rate), orZero(at.tpr.rate)],
    };
  });
  return {
    title: "ROC",
    // One message of all ham stands apart from none.
    x: logarithmicAxis(
      "false positives, of all ham",
      Math.floor(Math.log10(Math.max(10, ham))) + 1,
    ),
    y: upperAxis("spam caught", [
      ...lines.map(({ mark }) => mark![1]),
      ...evaluations.map(({ evaluation: { curve, metrics: { n } } }) =>
        pointAt(curve, n, 0).truePositives / n.spam
      ),
    ]),
    lines,
  };
}

function precisionPanel(evaluations: readonly NamedEvaluation[]): Panel {
  const lines = evaluations.map(({ evaluation }): Line => {
    const { curve, at } = evaluation;
    return {
      points: precisionPoints(evaluation, curve.slice(1)),
      mark: [orZero(at.tpr.rate), orZero(at.precision.rate)],
    };
  });
  return {
    title: "Precision and recall",
    x: shareAxis("recall: spam caught"),
    y: upperAxis(
      "precision: spam, of what is called spam",
      lines.flatMap(({ points, mark }) => [
        mark![1],
        ...points.filter(([recall]) => recall < MOST_RECALL)
          .map(([, precision]) => precision),
      ]),
    ),
    lines,
  };
}

/** Recall and precision; the curve begins where its first point is. */
function precisionPoints(
  { metrics: { n } }: Evaluation,
  curve: Evaluation["curve"],
): [number, number][] {
  const points = curve.map((
    { truePositives, falsePositives },
  ): [number, number] => [
    truePositives / n.spam,
    truePositives / (truePositives + falsePositives),
  ]);
  const [, first] = points[0] ?? [0, 0];
  return drawable([[0, first], ...points]);
}

/** Without a class there is no curve. */
function drawable(points: [number, number][]): [number, number][] {
  return points.filter((point) => point.every(Number.isFinite));
}

function orZero(rate: number): number {
  return Number.isFinite(rate) ? rate : 0;
}

/** From a round share below all that matters up to 1: good curves lie there. */
function upperAxis(title: string, shares: readonly number[]): Axis {
  const least = shares.filter(Number.isFinite)
    .reduce((a, b) => Math.min(a, b), 1);
  return shareAxis(title, Math.min(0.9, Math.floor(10 * least) / 10));
}
