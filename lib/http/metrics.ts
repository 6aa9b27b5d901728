/**
 * `GET /metrics`: everything in figures, as Prometheus reads them.
 *
 * @module
 */

import { Turns } from "../engine/turns.ts";
import { CONTENT_TYPE, textOf } from "../metrics/exposition.ts";
import type { Family } from "../metrics/family.ts";

/** Answers with all figures; who asks at the same time gets the same. */
export class Metrics {
  readonly #families: () => Promise<Family[]>;
  #underWay: Promise<string> | undefined;

  /** @param families gives all of them, in the order of the answer */
  constructor(families: () => Promise<Family[]>) {
    this.#families = families;
  }

  /** Answers a scrape. */
  async answer(): Promise<Response> {
    this.#underWay ??= this.#text()
      .finally(() => this.#underWay = undefined);
    return new Response(await this.#underWay, {
      headers: { "content-type": CONTENT_TYPE, "cache-control": "no-store" },
    });
  }

  async #text(): Promise<string> {
    const turns = new Turns();
    return await textOf(await this.#families(), () => turns.next());
  }
}
