/**
 * The page as a whole.
 *
 * @module
 */

import { html } from "./html.ts";
import { explainPart, type Trial } from "./parts/explain.ts";
import { alert, header } from "./parts/header.ts";
import { linePart } from "./parts/line.ts";
import { linesPart } from "./parts/lines.ts";
import { scoresPart } from "./parts/scores.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * Writes the page. What has a `data-part` is brought up to date by the script;
 * all else is there without it.
 *
 * @param trial a scan that was pasted, and what came of it
 */
export function pageOf(snapshot: Snapshot, trial?: Trial): string {
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>neurald</title>
        <link rel="icon" href="/page/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/page/page.css">
        <script type="module" src="/page/page.js"></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the figures</a>
        <div data-part="header">${header(snapshot)}</div>
        <main id="main">
          <div data-part="alert">${alert(snapshot)}</div>
          <section id="lines" data-part="lines" aria-label="Rules and settings">
            ${linesPart(snapshot)}
          </section>
          <section
            id="line"
            data-part="line"
            aria-label="The network that was chosen"
          >
            ${linePart(snapshot)}
          </section>
          <section id="scores" data-part="scores" aria-label="Last scores">
            ${scoresPart(snapshot)}
          </section>
          <section id="explain" aria-label="Explain a score">${explainPart(
            trial,
          )}</section>
        </main>
        <footer>
          <p class="faint">
            <noscript>Reload the page to bring it up to date. </noscript>The same as
            JSON: <a href="/v1/status">/v1/status</a>, <a href="/v1/pool"
            >/v1/pool</a>
          </p>
        </footer>
      </body>
    </html>
  `.text;
}
