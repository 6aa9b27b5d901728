/**
 * Tells the log of guards that give no answer.
 *
 * @module
 */

import type { Log } from "./log.ts";

/** A guard that fails for every message is told of once in so long. */
const QUIET_MS = 60_000;

/** Tells of each guard's first failure, and then from time to time. */
export class GuardFailures {
  readonly #log: Log;
  readonly #toldAt = new Map<string, number>();

  /** @param log takes the failures */
  constructor(log: Log) {
    this.#log = log;
  }

  /** Notes that a guard gave no answer, for the n-th time. */
  readonly note = (name: string, error: Error, failed: number): void => {
    const now = performance.now();
    if (now - (this.#toldAt.get(name) ?? -Infinity) < QUIET_MS) return;
    this.#toldAt.set(name, now);
    this.#log.warn("a guard gave no answer", { guard: name, error, failed });
  };
}
