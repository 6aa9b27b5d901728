/**
 * The symbols that a model goes by most.
 *
 * @module
 */

import type { Influence, Influences } from "../../model/influence.ts";
import { bar } from "../bar.ts";
import { signed } from "../format.ts";
import { type Html, html, named } from "../html.ts";

/** Those that speak for spam, beside those that speak for ham. */
export function influences(known: Influences | undefined): Html | undefined {
  if (!known) return undefined;
  const strongest = Math.max(
    ...[...known.spam, ...known.ham].map(({ effect }) => Math.abs(effect)),
  );
  return html`
    <section class="card wide" aria-labelledby="influences-title">
      <h3 id="influences-title">Symbols that weigh most</h3>
      <p class="faint">
        how far each moves the output, from −1 (ham) to 1 (spam), of a message of
        which nothing else is known
      </p>
      <div class="pair">
        ${list("Speak for spam", "spam", known.spam, strongest)} ${list(
          "Speak for ham",
          "ham",
          known.ham,
          strongest,
        )}
      </div>
    </section>
  `;
}

function list(
  title: string,
  style: "spam" | "ham",
  all: Influence[],
  strongest: number,
): Html {
  return html`
    <table class="bars">
      <caption>${title}</caption>
      <thead class="unseen">
        <tr>
          <th scope="col">Symbol</th>
          <th scope="col">Strength</th>
          <th scope="col">Effect</th>
        </tr>
      </thead>
      <tbody>${all.length === 0
        ? html`
          <tr><td colspan="3" class="faint">none</td></tr>
        `
        : all.map(({ name, effect }) =>
          html`
            <tr>
              <th scope="row">${named(name)}</th>
              <td>${bar(Math.abs(effect) / strongest, style)}</td>
              <td class="number">${signed(effect)}</td>
            </tr>
          `
        )}</tbody>
    </table>
  `;
}
