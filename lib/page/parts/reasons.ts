/**
 * Why a score is what it is.
 *
 * @module
 */

import type { Score } from "../../engine/scorer.ts";
import { balance } from "../bar.ts";
import { signed } from "../format.ts";
import { type Html, html, named } from "../html.ts";

/** What moved an output most, the strongest first. */
export function reasons(score: Score, title: string): Html {
  const { contributions, version, threshold } = score;
  if (!contributions) {
    return html`
      <p>
        The model of version ${version} cannot be explained: one of its operators has
        no derivative.
      </p>
    `;
  }
  return html`
    <div class="scroll" role="group" aria-label="${title}" tabindex="0">
      <table class="bars">
        <thead>
          <tr>
            <th scope="col">Reason</th>
            <th scope="col" class="number">Value</th>
            <th scope="col">Moves it</th>
            <th scope="col" class="number">by</th>
          </tr>
        </thead>
        <tbody>${contributions.map(({ name, value, contribution }) =>
          html`
            <tr>
              <th scope="row">${value === undefined && name === "base"
                ? html`
                  <span class="faint">a message of which nothing is known</span>
                `
                : named(name)}</th>
              <td class="number">${value === undefined
                ? ""
                : String(Number(value.toPrecision(3)))}</td>
              <td>${balance(contribution)}</td>
              <td class="number">${signed(contribution)}</td>
            </tr>
          `
        )}</tbody>
      </table>
    </div>
    <p class="faint">
      by the model of version ${version}; a symbol is inserted from an output of
      ±${String(Number(threshold.toPrecision(3)))} on
    </p>
  `;
}
