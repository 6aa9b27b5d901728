/**
 * The ROC curve of the model in service.
 *
 * @module
 */

import { logarithmicAxis, shareAxis } from "../../chart/axis.ts";
import type { ModelStatus } from "../../engine/status.ts";
import { figure } from "../figure.ts";
import { fourDigits, percent } from "../format.ts";
import { type Html, html } from "../html.ts";
import { knownRoc } from "../known.ts";

/** The curve, and the same in a few numbers. */
export function roc(model: ModelStatus | null): Html | undefined {
  const training = model?.training;
  const points = knownRoc(training);
  if (!training || points.length === 0) return undefined;
  const { n, fpr, fnr, auc, tpr_at_fpr } = training.figures;
  const least = Math.min(1 - fnr, ...points.slice(1).map(([, tpr]) => tpr));
  return html`
    <section class="card" aria-labelledby="roc-title">
      <h3 id="roc-title">Spam caught, by false positives (ROC)</h3>
      ${figure({
        id: "roc",
        description:
          `ROC curve of ${n.spam} spam and ${n.ham} ham held out: AUC ${
            fourDigits(auc)
          }; the circle is where a message counts as spam, ${
            percent(1 - fnr)
          } of spam caught at ${percent(fpr)} false positives`,
        panel: {
          x: logarithmicAxis(
            "ham taken for spam",
            Math.floor(Math.log10(Math.max(10, n.ham))) + 1,
          ),
          y: shareAxis(
            "spam caught",
            Math.min(0.9, Math.max(0, Math.floor(10 * least) / 10)),
          ),
          lines: [{ points, mark: [fpr, 1 - fnr] }],
        },
      })}
      <dl class="facts">${Object.entries(tpr_at_fpr ?? {}).slice(0, 5).map((
        [rate, caught],
      ) =>
        html`
          <div>
            <dt>at ${Number(rate) * 100} % false positives</dt>
            <dd>${percent(caught)}</dd>
          </div>
        `
      )}</dl>
    </section>
  `;
}
