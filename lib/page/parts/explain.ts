/**
 * A scan that somebody has pasted, and its score explained.
 *
 * @module
 */

import type { Score } from "../../engine/scorer.ts";
import { balance } from "../bar.ts";
import { percent, signed } from "../format.ts";
import { type Html, html, named } from "../html.ts";
import { reasons } from "./reasons.ts";

/** What was pasted, and what came of it. */
export interface Trial {
  text: string;
  scores?: Score[];
  /** Why there are none. */
  error?: string;
}

const EXAMPLE =
  '{"symbols": {"BAYES_SPAM": [3.2, 5.1], "MIME_HTML_ONLY": 0.2}}';

/** The form, and the answer to what was pasted last. */
export function explainPart(trial?: Trial): Html {
  return html`
    <h2 id="explain-title">Explain a score</h2>
    <form class="card" method="post" action="/explain#explain">
      <label for="scan"
      >A scan as JSON, or a message with the filter's headers</label>
      <textarea
        id="scan"
        name="scan"
        rows="8"
        required
        spellcheck="false"
        autocomplete="off"
        placeholder="${EXAMPLE}"
        aria-invalid="${trial?.error !== undefined}"
        aria-describedby="explained"
      >${trial?.text}</textarea>
      <p>
        <button>Explain</button> <span class="faint"
        >It is scored, and neither kept nor learned.</span>
      </p>
    </form>
    <div id="explained" tabindex="-1">${trial && answer(trial)}</div>
  `;
}

function answer({ scores = [], error }: Trial): Html {
  if (error !== undefined) {
    return html`
      <p class="alert" role="alert">${error}</p>
    `;
  }
  if (scores.length === 0) {
    return html`
      <p class="card" role="status">No rule has a model for this scan yet.</p>
    `;
  }
  return html`
    ${scores.map((score, i) =>
      html`
        <section class="card" aria-labelledby="explained-${i}">
          <h3 id="explained-${i}">${named(score.rule)} / ${named(
            score.settings,
          )}: ${score.symbol === null ? "no symbol" : named(score.symbol)}</h3>
          <p class="verdict">
            <span class="meter">${balance(score.output)}</span> <strong
            >${signed(
              score.output,
            )}</strong>${score.probability !== undefined &&
              html`
                <span>spam by ${percent(score.probability)}</span>
              `}
          </p>
          ${reasons(score, "Reasons")}
        </section>
      `
    )}
  `;
}
