/**
 * The names of all series that neurald has written, which no script can find.
 *
 * @module
 */

import type { Series } from "../store.ts";
import type { RedisClient } from "./client.ts";
import { list, text } from "./replies.ts";

const REGISTRY = "neurald_series";

/** Names of series in a Redis. */
export class Registry {
  readonly #connection: RedisClient;
  readonly #noted = new Set<Series>();

  /** The names behind a connection. */
  constructor(connection: RedisClient) {
    this.#connection = connection;
  }

  /**
   * Notes that there is a series. It is done each time, since a Redis may have
   * lost it; but what was noted once need not be noted again for its samples
   * to be kept, which may be on another server.
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
    await noting;
    this.#noted.add(series);
  }

  /** All that were noted. */
  async names(): Promise<Series[]> {
    const names = list(await this.#connection.ask("SMEMBERS", REGISTRY))
      .map(text);
    for (const name of names) this.#noted.add(name);
    return names;
  }
}
