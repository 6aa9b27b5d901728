/**
 * What neurald it is, and whether it is well.
 *
 * @module
 */

import { time } from "../format.ts";
import { type Html, html } from "../html.ts";
import type { Snapshot } from "../snapshot.ts";

/** The top of the page. */
export function header({ facts, status, at }: Snapshot): Html {
  const { url, error } = status.store;
  return html`
    <header class="top">
      <h1>
        <a href="/"><img
            src="/page/icon.svg"
            alt=""
            width="28"
            height="28"
          >neurald</a> <small>${facts.version}</small>
      </h1>
      <dl class="facts">
        <div>
          <dt>Up since</dt>
          <dd>${time(facts.startedAt)}</dd>
        </div>
        <div>
          <dt>Store</dt>
          <dd>
            <span class="state ${error === undefined
              ? "good"
              : "bad"}">${error === undefined
              ? "in use"
              : "away"}</span> <bdi class="name"
            >${url}</bdi>
          </dd>
        </div>
        <div>
          <dt>As of</dt>
          <dd>${time(at, "time")} <span id="live" class="faint"></span></dd>
        </div>
      </dl>
    </header>
  `;
}

/** What is wrong, apart from what changes all the time: it is read out. */
export function alert({ status: { store } }: Snapshot): Html | undefined {
  if (store.error === undefined) return undefined;
  return html`
    <p class="alert" role="alert">
      <strong>The store is away: ${store
        .error}.</strong> Scoring goes on with the
      models that are loaded; nothing is learned until it is back, and what it knows
      is missing below.
    </p>
  `;
}
