/**
 * Series in Redis seen from afar, many in one request.
 *
 * @module
 */

import {
  type Overview,
  type PoolCounts,
  type Series,
  StoreError,
} from "../store.ts";
import { Buffer } from "node:buffer";
import type { RedisClient } from "./client.ts";
import { inParts } from "./in_parts.ts";
import type { Reply } from "./link.ts";
import { list, text } from "./replies.ts";

/** Others wait while a script runs: some 3 ms for as many series. */
const MOST_AT_A_TIME = 100;

/** As MessagePack has it. */
const NIL = Uint8Array.of(0xc0);

const EMPTY: Overview = {
  isUsed: false,
  counts: {
    fresh: { spam: 0, ham: 0 },
    retained: { spam: 0, ham: 0 },
    quarantined: 0,
  },
  state: "",
};

/** Looks at series, and remembers what makes the next look cheap. */
export class Overviews {
  readonly #connection: RedisClient;
  /** Of the series in use, as `overview.lua` answered them. */
  readonly #memos = new Map<Series, Uint8Array>();

  /** Of the series behind a connection. */
  constructor(connection: RedisClient) {
    this.#connection = connection;
  }

  /** See {@linkcode import("../store.ts").Store.overview}. */
  async of(series: readonly Series[]): Promise<Overview[]> {
    const known = series.filter((name) => this.#memos.has(name));
    const others = series.filter((name) => !this.#memos.has(name));
    const found = new Map<Series, Overview>();
    const look = async (part: Series[], areKnown: boolean) => {
      try {
        if (areKnown || await this.#areInUse(part)) {
          await this.#ask(part, found);
        }
      } catch (error) {
        const failure = this.#asFailure(error, part[0]);
        for (const name of part) found.set(name, { ...EMPTY, failure });
      }
    };
    await Promise.all([
      ...this.#parts(known).map((part) => look(part, true)),
      ...this.#parts(others).map((part) => look(part, false)),
    ]);
    return series.map((name) => found.get(name) ?? EMPTY);
  }

  #parts(series: Series[]): Series[][] {
    return this.#connection.keys.together(series)
      .flatMap((group) => inParts(group, MOST_AT_A_TIME));
  }

  /** What went wrong with a series, where others do not suffer from it. */
  #asFailure(error: unknown, series: Series): StoreError {
    const { keys } = this.#connection;
    const isAlone = this.#connection.canDoWithout(keys.profiles(series));
    if (isAlone && error instanceof StoreError) return error;
    throw error;
  }

  /** Whether any of these is: mostly, none is where rspamd is not. */
  async #areInUse(series: Series[]): Promise<boolean> {
    const { keys } = this.#connection;
    const [first, ...others] = series.flatMap((name) => keys.inUse(name));
    return await this.#connection.ask("EXISTS", first, ...others) !== 0;
  }

  async #ask(series: Series[], found: Map<Series, Overview>): Promise<void> {
    const memos = series.map((name) => this.#memos.get(name) ?? NIL);
    const { keys } = this.#connection;
    const replies = await this.#connection.run(
      "overview",
      keys.of(series[0]),
      // In one piece: each is written to the socket by itself.
      [Buffer.concat(memos), ...series.map((name) => keys.profiles(name))],
    );
    for (const [i, reply] of list(replies).entries()) {
      const overview = this.#read(series[i], reply);
      if (overview) found.set(series[i], overview);
    }
  }

  #read(series: Series, reply: Reply): Overview | undefined {
    if (reply === null) {
      this.#memos.delete(series);
      return undefined;
    }
    const [counts, state, memo] = list(reply);
    // A copy: what was received with it need not be kept.
    if (memo !== null) {
      this.#memos.set(series, Uint8Array.from(memo as Uint8Array));
    }
    return { isUsed: true, counts: poolCounts(counts), state: text(state) };
  }
}

/** Reads what `own_counts` in `pool.lua` answers. */
export function poolCounts(reply: Reply): PoolCounts {
  const [freshSpam, freshHam, spam, ham, quarantined] = list(reply) as number[];
  return {
    fresh: { spam: freshSpam, ham: freshHam },
    retained: { spam, ham },
    quarantined,
  };
}
