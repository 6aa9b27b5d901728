/**
 * A look at the store from time to time, however often somebody asks.
 *
 * @module
 */

import type { Overview, Series, Store } from "../../store/store.ts";
import { within } from "../within.ts";

/** What the store looks like. */
export interface StoreLook {
  /** Whether it can be read and written. */
  isUp: boolean;
  /** Absent where it does not tell. */
  overviews: ReadonlyMap<Series, Overview>;
}

const NOTHING: StoreLook = { isUp: false, overviews: new Map() };

/** Who asks waits so long at most. */
const LONGEST_MS = 1000;
/** What was found is told again for so long, */
const KEPT_MS = 2000;
/** or for longer, so that looking takes at most this share of the time. */
const GREATEST_SHARE = 0.05;

/** Looks at a store, and remembers what it saw. */
export class StoreLooks {
  readonly #store: Store;
  #found: StoreLook = NOTHING;
  #goodUntil = -Infinity;
  /** A look that is under way, maybe for long. */
  #underWay: Promise<StoreLook> | undefined;

  /** @param store is asked for nothing before somebody asks */
  constructor(store: Store) {
    this.#store = store;
  }

  /** What the store looks like now, or did some seconds ago. Never rejects. */
  async look(series: readonly Series[]): Promise<StoreLook> {
    if (performance.now() < this.#goodUntil) return this.#found;
    const begin = performance.now();
    this.#underWay ??= this.#ask(series)
      .finally(() => this.#underWay = undefined);
    const found = await within(LONGEST_MS, this.#underWay)
      .catch(() => NOTHING);
    const now = performance.now();
    const longMs = found.isUp ? (now - begin) / GREATEST_SHARE : 0;
    this.#goodUntil = now + Math.max(KEPT_MS, longMs);
    return this.#found = found;
  }

  async #ask(series: readonly Series[]): Promise<StoreLook> {
    const [overviews] = await Promise.all([
      this.#store.overview(series),
      this.#store.check(),
    ]);
    const told = series.map((name, i) => [name, overviews[i]] as const)
      .filter(([, { failure }]) => failure === undefined);
    return { isUp: true, overviews: new Map(told) };
  }
}
