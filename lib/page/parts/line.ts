/**
 * One line of networks, looked at closely.
 *
 * @module
 */

import { type Html, html, named } from "../html.ts";
import type { Snapshot } from "../snapshot.ts";
import { influences } from "./influences.ts";
import { lineState } from "./lines.ts";
import { model } from "./model.ts";
import { pool } from "./pool.ts";
import { roc } from "./roc.ts";
import { lossCurves, trainings } from "./trainings.ts";

const HOW_TO_TEACH = `neurald learn scans.jsonl
neurald learn --spam ~/Maildir/.Junk --ham ~/Maildir/.Archive
curl http://localhost:11336/v1/learn \\
  -d '{"class": "spam", "symbols": {"BAYES_SPAM": [3.2, 5.1]}}'`;

/** What is known of the line that was chosen; how to begin, where none is. */
export function linePart({ chosen, status }: Snapshot): Html {
  if (!chosen) {
    return html`
      <h2>Nothing learned yet</h2>
      <div class="card prose">
        <p>
          neurald knows no network, and has no message to learn from. Teach it by any
          of these, and watch this page:
        </p>
        <pre tabindex="0">${HOW_TO_TEACH}</pre>
        ${Object.entries(status.rules).map((
          [rule, { max_trains, learn_mode }],
        ) =>
          html`
            <p>
              Rule ${named(
                rule,
              )} is trained by itself from ${max_trains} messages of each class
              on (learn_mode ${learn_mode}).
            </p>
          `
        )}
      </div>
    `;
  }
  const { rule, ruleStatus, network, details } = chosen;
  return html`
    <h2>${named(rule)} <span class="faint">settings</span> ${named(
      network.settings,
    )} ${lineState(chosen)}</h2>
    <p class="faint">
      inserts ${named(ruleStatus.symbol_spam)} and ${named(
        ruleStatus.symbol_ham,
      )}, metatokens of version ${network.metatoken_version}, key
      ${named(network.key)}
    </p>
    <div class="cards">
      ${model(network.model, details.trainings)} ${pool(chosen, details)} ${roc(
        network.model,
      )} ${lossCurves(details.trainings)} ${influences(
        details.influences,
      )} ${trainings(details.trainings)}
    </div>
  `;
}
