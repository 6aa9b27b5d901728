/**
 * The names of all series that neurald has written, which no script can find.
 *
 * @module
 */

import type { Series } from "../store.ts";
import type { RedisClient } from "./client.ts";
import { list, text } from "./replies.ts";

/** Where they are. */
export const REGISTRY = "neurald_series";

/** Names of series in a Redis. */
export class Registry {
  readonly #connection: RedisClient;
  readonly #noted = new Set<Series>();
  /** To be noted when whoever has the registry is back. */
  readonly #missed = new Set<Series>();

  /** The names behind a connection. */
  constructor(connection: RedisClient) {
    this.#connection = connection;
  }

  /**
   * Notes that there is a series. It is done each time, since a Redis may have
   * lost it; but what was noted once need not be noted again for its samples
   * to be kept. Nor do those on one server wait for another one.
   *
   * @throws {import("../store.ts").StoreError} (as a rejection) when Redis
   * cannot note a name for the first time
   */
  async note(series: Series): Promise<void> {
    const noting = this.#connection.ask("SADD", REGISTRY, series);
    if (this.#noted.has(series)) {
      noting.catch(() => {});
      return;
    }
    try {
      await noting;
    } catch (error) {
      if (!this.#connection.canDoWithout(REGISTRY)) throw error;
      this.#missed.add(series);
      return;
    }
    this.#noted.add(series);
    this.#missed.delete(series);
  }

  /**
   * All that were noted; as far as they are known here while the server that
   * has them is away, and others are not.
   *
   * @throws {import("../store.ts").StoreError} (as a rejection) when Redis does
   * not answer
   */
  async names(): Promise<Series[]> {
    try {
      await Promise.all([...this.#missed].map((series) => this.note(series)));
      const names = list(await this.#connection.ask("SMEMBERS", REGISTRY))
        .map(text);
      for (const name of names) this.#noted.add(name);
      return names;
    } catch (error) {
      if (!this.#connection.canDoWithout(REGISTRY)) throw error;
      return [...this.#noted.union(this.#missed)];
    }
  }
}
