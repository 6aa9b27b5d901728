/**
 * Past trainings.
 *
 * @module
 */

import { numberAxis } from "../../chart/axis.ts";
import type { LineDetails } from "../../engine/line.ts";
import { figure, sparkline } from "../figure.ts";
import { count, duration, fourDigits, percent, time } from "../format.ts";
import { type Html, html } from "../html.ts";
import { knownCosts } from "../known.ts";

type Trainings = NonNullable<LineDetails["trainings"]>;
type Training = Trainings[number];

/** The costs of the last training, and of the one before. */
export function lossCurves(
  trainings: LineDetails["trainings"],
): Html | undefined {
  const curves = (trainings ?? [])
    .map(({ costs, outcome, version }) => ({
      costs: knownCosts(costs),
      name: version === undefined ? outcome : `version ${version}`,
    }))
    .filter(({ costs }) => costs.length > 0).slice(0, 2);
  if (curves.length === 0) return undefined;
  const all = curves.map(({ costs }) => costs);
  const names = ["last training", "the one before"];
  return html`
    <section class="card" aria-labelledby="loss-title">
      <h3 id="loss-title">Loss of the last trainings</h3>
      ${figure({
        id: "loss",
        description: all.map((costs, i) => `${names[i]}: ${courseOf(costs)}`)
          .join("; "),
        panel: {
          x: numberAxis("epoch", Math.max(...all.map((costs) => costs.length))),
          y: numberAxis("cost in nats", Math.max(...all.flat())),
          lines: all.map((costs) => ({
            points: costs.map((cost, i) => [i + 1, cost] as const),
          })),
        },
        legend: curves.map(({ name }, i) => `${names[i]} (${name})`),
      })}
    </section>
  `;
}

function courseOf(costs: readonly number[]): string {
  return `cost from ${costs[0].toFixed(3)} to ${costs.at(-1)!.toFixed(3)} nats`;
}

/** All trainings that are remembered, and why a network was refused. */
export function trainings(trainings: LineDetails["trainings"]): Html {
  return html`
    <section class="card wide" aria-labelledby="trainings-title">
      <h3 id="trainings-title">Past trainings and changes</h3>
      ${trainings === undefined
        ? html`
          <p>The store does not tell.</p>
        `
        : trainings.length === 0
        ? html`
          <p>There was none yet.</p>
        `
        : table(trainings)}
    </section>
  `;
}

function table(trainings: Trainings): Html {
  return html`
    <div
      class="scroll"
      role="group"
      aria-labelledby="trainings-title"
      tabindex="0"
    >
      <table>
        <thead>
          <tr>
            <th scope="col">Ended</th>
            <th scope="col">Outcome</th>
            <th scope="col" class="number">Trained on</th>
            <th scope="col" class="number">AUC</th>
            <th scope="col" class="number">Error</th>
            <th scope="col" class="number">Took</th>
            <th scope="col">Loss</th>
          </tr>
        </thead>
        <tbody>${trainings.map(row)}</tbody>
      </table>
    </div>
  `;
}

const STATES: Record<string, string> = { published: "good", failed: "bad" };

function row(training: Training): Html {
  const { at, outcome, reason, version, trained_on, figures } = training;
  const { current_figures: current, duration_ms } = training;
  const costs = knownCosts(training.costs);
  return html`
    <tr>
      <td>${time(at)}</td>
      <td class="outcome">
        <span class="state ${STATES[outcome] ??
          "busy"}">${outcome}${version !== undefined &&
          `: version ${version}`}</span>${reason && html`
          <br><span class="reason">${reason}</span>
        `}
      </td>
      <td class="number">${trained_on
        ? html`
          ${count(trained_on.spam)} spam, ${count(trained_on.ham)} ham
        `
        : "–"}</td>
      <td class="number">${fourDigits(figures?.auc)}${current && html`
        <br><span class="faint">in service ${fourDigits(current.auc)}</span>
      `}</td>
      <td class="number">${percent(figures?.error)}${current && html`
        <br><span class="faint">in service ${percent(current.error)}</span>
      `}</td>
      <td class="number">${duration(
        duration_ms === undefined ? undefined : duration_ms / 1000,
      )}</td>
      <td>${costs.length > 0 ? sparkline(costs, courseOf(costs)) : "–"}</td>
    </tr>
  `;
}
