/**
 * Who holds the training locks, as far as this process knows without asking.
 *
 * @module
 */

import type { Series } from "../../store/store.ts";
import { LockedError } from "../lease.ts";

/** Here, by another process, or by nobody that is known of. */
export const LOCK_HOLDERS = ["here", "elsewhere", "nobody"] as const;

/** One of {@linkcode LOCK_HOLDERS}. */
export type LockState = typeof LOCK_HOLDERS[number];

/** Remembers what became of the locks that were to be taken. */
export class LockStates {
  readonly #now: () => number;
  readonly #here = new Set<Series>();
  /** Until when others hold them unless they extend them, as `now` tells. */
  readonly #elsewhere = new Map<Series, number>();

  /** @param now unix time in seconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Who holds that of a series. */
  of(series: Series): LockState {
    if (this.#here.has(series)) return "here";
    const until = this.#elsewhere.get(series) ?? 0;
    return until > this.#now() ? "elsewhere" : "nobody";
  }

  /**
   * Takes a lock and works, and notes what becomes of it.
   *
   * @param take calls what it is given once it has the lock
   */
  async watch<T>(
    series: Series,
    take: (held: () => void) => Promise<T>,
  ): Promise<T> {
    try {
      return await take(() => {
        this.#elsewhere.delete(series);
        this.#here.add(series);
      });
    } catch (error) {
      if (error instanceof LockedError) {
        this.#elsewhere.set(series, this.#now() + error.expireSeconds);
      }
      throw error;
    } finally {
      this.#here.delete(series);
    }
  }
}
