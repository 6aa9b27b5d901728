/**
 * The pool of samples filling up.
 *
 * @module
 */

import type { LineDetails } from "../../engine/line.ts";
import type { NextTraining, PoolStatus } from "../../engine/pools.ts";
import type { RefusalCounts } from "../../engine/refusals.ts";
import {
  type ClassCounts,
  MAIL_CLASSES,
  type MailClass,
} from "../../features/mail_class.ts";
import { bar } from "../bar.ts";
import { count, several, time } from "../format.ts";
import { type Html, html } from "../html.ts";
import type { Line } from "../snapshot.ts";

/** How full the pool is, and what it lacks. */
export function pool(
  { network }: Line,
  { pool, refused }: LineDetails,
): Html {
  return html`
    <section class="card" aria-labelledby="pool-title">
      <h3 id="pool-title">Samples for the next training</h3>
      ${network.progress &&
        html`
          <p>
            <progress value="${network.progress.epoch}" max="${network.progress
              .epochs}" aria-label="Epochs trained">
            </progress> epoch ${count(network.progress.epoch)} of ${count(
              network.progress.epochs,
            )}
          </p>
        `} ${pool && network.pool
        ? html`
          <dl class="fill">${MAIL_CLASSES.map((mailClass) =>
            classRow(mailClass, network.pool!, pool.next_training.missing)
          )}</dl><p>${nextTraining(pool.next_training)}</p>${groups(pool)}
        `
        : html`
          <p>The store does not tell.</p>
        `} ${refused && refusals(refused)}
    </section>
  `;
}

function classRow(
  mailClass: MailClass,
  { fresh, retained }: { fresh: ClassCounts; retained: ClassCounts },
  missing: ClassCounts,
): Html {
  const here = fresh[mailClass];
  const goal = here + Math.max(0, missing[mailClass]);
  const share = goal > 0 ? here / goal : 0;
  return html`
    <div>
      <dt>${mailClass}</dt>
      <dd>
        ${count(here)} of ${count(goal)} fresh<span class="faint"
        >, ${count(retained[mailClass])} retained</span> ${bar(
          share,
          mailClass,
        )}
      </dd>
    </div>
  `;
}

function nextTraining(
  { missing, kept_back, retry_at, in_progress }: NextTraining,
): Html {
  if (in_progress) {
    return html`
      It is in training now.
    `;
  }
  if (kept_back) {
    return html`
      It is not trained by itself: ${kept_back}.
    `;
  }
  const lacking = MAIL_CLASSES.filter((mailClass) => missing[mailClass] > 0)
    .map((mailClass) => `${count(missing[mailClass])} more ${mailClass}`);
  if (lacking.length > 0) {
    return html`
      It is trained once there are ${lacking.join(" and ")}.
    `;
  }
  return retry_at === undefined
    ? html`
      There are enough; a training is due.
    `
    : html`
      There are enough; the next attempt is at ${time(retry_at)}.
    `;
}

function groups({ groups, quarantined }: PoolStatus): Html {
  return html`
    <details id="pool-groups">
      <summary>Where they come from</summary>
      <div
        class="scroll"
        role="group"
        aria-label="Where samples come from"
        tabindex="0"
      >
        <table>
          <thead>
            <tr>
              <th scope="col">Class</th>
              <th scope="col">Taught by</th>
              <th scope="col">State</th>
              <th scope="col" class="number">Samples</th>
              <th scope="col">Newest</th>
            </tr>
          </thead>
          <tbody>${groups.map((group) =>
            html`
              <tr>
                <td>${group.class}</td>
                <td>${group.source}</td>
                <td>${group.fresh ? "fresh" : "retained"}</td>
                <td class="number">${count(group.samples)}</td>
                <td>${time(group.newest)}</td>
              </tr>
            `
          )}</tbody>
        </table>
      </div>
      ${quarantined > 0 &&
        html`
          <p>${several(
            quarantined,
            "sample",
          )} could not be read and were set aside.</p>
        `}
    </details>
  `;
}

function refusals({ since, reasons }: RefusalCounts): Html {
  return html`
    <details id="pool-refused">
      <summary>What was not learned</summary>
      <p class="faint">since ${time(since)}</p>
      <ul>${reasons.map(({ class: mailClass, kind, times }) =>
        html`
          <li>${count(times)} × ${kind}${mailClass && ` (${mailClass})`}</li>
        `
      )}</ul>
    </details>
  `;
}
