/**
 * All lines of networks, one in each row.
 *
 * @module
 */

import { count, fourDigits, percent, time } from "../format.ts";
import { type Html, html, named, visible } from "../html.ts";
import type { Line, Snapshot } from "../snapshot.ts";

/** More are not listed. */
const MOST_LINES = 200;

/** The table of rules and settings. */
export function linesPart({ status, lines, chosen }: Snapshot): Html {
  const rules = Object.keys(status.rules);
  const idle = rules.filter((rule) =>
    !lines.some((line) => line.rule === rule)
  );
  return html`
    <h2 id="lines-title">Rules and settings</h2>
    <div class="scroll" role="group" aria-labelledby="lines-title" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col">Settings</th>
            <th scope="col">State</th>
            <th scope="col" class="number">Model</th>
            <th scope="col">In service since</th>
            <th scope="col" class="number">AUC</th>
            <th scope="col" class="number">Error</th>
            <th scope="col" class="number">Fresh spam</th>
            <th scope="col" class="number">Fresh ham</th>
          </tr>
        </thead>
        <tbody>
          ${lines.slice(0, MOST_LINES).map((line) => row(line, chosen))} ${idle
            .map((rule) =>
              html`
                <tr>
                  <th scope="row">${named(rule)}</th>
                  <td colspan="8" class="faint">nothing learned yet</td>
                </tr>
              `
            )}
        </tbody>
      </table>
    </div>
    ${lines.length > MOST_LINES &&
      html`
        <p class="faint">and ${count(
          lines.length - MOST_LINES,
        )} more: GET /v1/status has them all</p>
      `}
  `;
}

function row(line: Line, chosen: Line | undefined): Html {
  const { rule, network } = line;
  const { model, pool } = network;
  const figures = model?.training?.figures;
  const isChosen = chosen?.network.key === network.key;
  return html`
    <tr class="${isChosen && "chosen"}">
      <th scope="row">
        <a
          href="/?line=${encodeURIComponent(
            network.key,
          )}#line"
          aria-label="${visible(rule)}, settings ${visible(network.settings)}"
          aria-current="${isChosen}"
        >${named(rule)}</a>
      </th>
      <td>${named(network.settings)} <span class="faint">metatokens ${network
        .metatoken_version}</span></td>
      <td>${lineState(line)}</td>
      <td class="number">${model ? model.version : "–"}</td>
      <td>${model ? time(model.since) : "–"}</td>
      <td class="number">${fourDigits(figures?.auc)}</td>
      <td class="number">${percent(figures?.error)}</td>
      <td class="number">${count(pool?.fresh.spam)}</td>
      <td class="number">${count(pool?.fresh.ham)}</td>
    </tr>
  `;
}

/** In which state a line is, in a word or two. */
export function lineState({ network: { progress, model } }: Line): Html {
  if (progress) {
    const share = Math.floor(100 * progress.epoch / progress.epochs);
    return html`
      <span class="state busy">training, ${share} %</span>
    `;
  }
  return model
    ? html`
      <span class="state good">in service</span>
    `
    : html`
      <span class="state">learning</span>
    `;
}
