/**
 * The model in service, in figures.
 *
 * @module
 */

import type { LineDetails } from "../../engine/line.ts";
import type { ModelStatus } from "../../engine/status.ts";
import { count, fourDigits, percent, several, time } from "../format.ts";
import { type Html, html } from "../html.ts";

/** What answers, since when, and how well it does. */
export function model(
  model: ModelStatus | null,
  trainings: LineDetails["trainings"],
): Html {
  return html`
    <section class="card" aria-labelledby="model-title">
      <h3 id="model-title">Model in service</h3>
      ${model ? figures(model) : none(trainings)}
    </section>
  `;
}

function none(trainings: LineDetails["trainings"]): Html {
  const last = trainings?.[0];
  return html`
    <p>There is none yet, so nothing is said of messages.${last?.reason &&
      html`
        The last training was ${last.outcome}: ${last.reason}.
      `}</p>
  `;
}

function figures({ version, since, training, symbols }: ModelStatus): Html {
  const known = training?.figures;
  return html`
    <dl class="tiles">
      ${tile("AUC", fourDigits(known?.auc))} ${tile(
        "Error",
        percent(known?.error),
      )} ${tile("Ham taken for spam", percent(known?.fpr))} ${tile(
        "Spam missed",
        percent(known?.fnr),
      )}
    </dl>
    ${known?.n
      ? html`
        <p class="faint">on ${several(
          known.n.spam,
          "spam message",
        )} and ${several(
          known.n.ham,
          "ham message",
        )} that it was not trained on</p>
      `
      : html`
        <p class="faint">its figures are not known: rspamd trained it</p>
      `}
    <dl class="facts">
      ${fact("Version", version)} ${fact(
        "In service since",
        time(since),
      )} ${training &&
        fact("Trained", time(training.at))} ${training?.trained_on &&
        fact(
          "Trained on",
          `${count(training.trained_on.spam)} spam, ${
            count(training.trained_on.ham)
          } ham`,
        )} ${training && fact("Architecture", training.architecture)} ${fact(
          "Symbols",
          count(symbols),
        )}
    </dl>
  `;
}

function tile(name: string, value: string): Html {
  return html`
    <div>
      <dt>${name}</dt>
      <dd>${value}</dd>
    </div>
  `;
}

function fact(name: string, value: Html | string | number): Html {
  return html`
    <div>
      <dt>${name}</dt>
      <dd>${value}</dd>
    </div>
  `;
}
