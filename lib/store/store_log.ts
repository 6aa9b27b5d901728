/**
 * What a store is asked, and when it fails, for the log.
 *
 * @module
 */

import type { Log } from "../log/log.ts";
import { MAY_WRITE } from "./sqlite/operations.ts";
import { type Store, StoreError } from "./store.ts";
import type { StoreEvent, StoreOperation } from "./watched_store.ts";

/** After a check it is not checked again for so long. */
const PAUSE_MS = 1000;

/**
 * Tells of each thing that a store did how long it took, at the level `debug`;
 * of each that it failed to do, as a warning; and of the store when it begins
 * to fail, and when it works again.
 */
export class StoreLog {
  readonly #log: Log;
  readonly #health: StoreHealth;

  /** @param store is asked whether it works, unseen by observers */
  constructor(store: Store, log: Log) {
    this.#log = log;
    this.#health = new StoreHealth(store, log);
  }

  /** Notes what the store did. */
  observe({ operation, series, durationMs, error }: StoreEvent): void {
    const fields = {
      operation,
      ...series !== undefined && { series },
      duration_ms: Math.round(1000 * durationMs) / 1000,
    };
    if (error === undefined) {
      this.#health.succeed(operation);
      this.#log.debug("the store was asked", fields);
      return;
    }
    if (error instanceof StoreError) this.#health.fail(operation);
    this.#log.warn("the store did not do what it was asked", {
      ...fields,
      error,
    });
  }
}

/** Tells when a store begins to fail as a whole, and when it works again. */
class StoreHealth {
  readonly #store: Store;
  readonly #log: Log;
  #isDown = false;
  #since = 0;
  /** No answer to a check is waited for, and the last is not quite new. */
  #mayCheck = true;
  /** Where a disk is full it can still be read. */
  #failsToWrite = false;
  #failures = 0;

  constructor(store: Store, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** Something failed, which may be damage to one thing only. */
  fail(operation: StoreOperation): void {
    this.#failures++;
    this.#failsToWrite ||= mayWrite(operation);
    if (!this.#isDown && this.#mayCheck) this.#check();
  }

  succeed(operation: StoreOperation): void {
    if (!this.#isDown || this.#failsToWrite && !mayWrite(operation)) return;
    this.#log.info("the store works again", {
      store: this.#store.url,
      failures: this.#failures,
      failed_seconds: Math.round((performance.now() - this.#since) / 1000),
    });
    this.#isDown = false;
  }

  async #check(): Promise<void> {
    this.#mayCheck = false;
    this.#failures = 1;
    this.#failsToWrite = false;
    this.#since = performance.now();
    try {
      await this.#store.check();
    } catch (error) {
      this.#isDown = true;
      this.#failsToWrite = true;
      this.#log.error("the store fails", { store: this.#store.url, error });
    }
    const pauseMs = Math.max(0, this.#since + PAUSE_MS - performance.now());
    Deno.unrefTimer(setTimeout(() => this.#mayCheck = true, pauseMs));
  }
}

function mayWrite(operation: StoreOperation): boolean {
  if (operation === "followRspamd") return false;
  return operation === "tend" || MAY_WRITE[operation];
}
