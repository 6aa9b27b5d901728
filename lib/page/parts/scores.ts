/**
 * The last scores, with their reasons.
 *
 * @module
 */

import type { RecentScore } from "../../engine/recent_scores.ts";
import { balance } from "../bar.ts";
import { count, percent, signed, time } from "../format.ts";
import { type Html, html, named } from "../html.ts";
import type { Snapshot } from "../snapshot.ts";
import { reasons } from "./reasons.ts";

/** The list; each entry opens to its reasons. */
export function scoresPart(
  { recent: { given, most, scores } }: Snapshot,
): Html {
  return html`
    <h2 id="scores-title">Last scores</h2>
    <p class="faint">
      ${count(given)} given since the start. ${most === 0
        ? "None is kept (recent_scores)."
        : `The last ${
          count(most)
        } are kept, in memory only.`} <span id="held" hidden
      >This list waits while you read it.</span>
    </p>
    ${scores.length > 0 &&
      html`
        <ol class="scores card" aria-labelledby="scores-title">${scores.map(
          entry,
        )}</ol>
      `}
  `;
}

function entry(score: RecentScore): Html {
  const { number, at, rule, settings, symbol, output, probability } = score;
  return html`
    <li>
      <details id="score-${number}">
        <summary>
          <span class="when">${time(at, "time")}</span>
          <span class="what">${symbol === null
            ? html`
              <span class="faint">no symbol</span>
            `
            : html`
              <span class="${output > 0 ? "spam" : "ham"}">${named(
                symbol,
              )}</span>
            `}</span>
          <span class="meter">${balance(output)}</span>
          <span class="number">${signed(output)}</span>
          <span class="likely">${probability !== undefined &&
            `spam by ${percent(probability)}`}</span>
          <span class="whose">${named(rule)} / ${named(settings)}</span>
        </summary>
        ${reasons(score, `Reasons of score ${number}`)}
      </details>
    </li>
  `;
}
