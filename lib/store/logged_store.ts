/**
 * A store that tells the log what it is asked, and when it fails.
 *
 * @module
 */

import type { Log, LogFields } from "../log/log.ts";
import { MAY_WRITE, type OperationName } from "./sqlite/operations.ts";
import { type Store, StoreError } from "./store.ts";

/** What is asked of a store. */
type Operation = OperationName | "tend";

const OPERATIONS: readonly Operation[] = [
  ...Object.keys(MAY_WRITE) as OperationName[],
  "tend",
];

/** After a check it is not checked again for so long. */
const PAUSE_MS = 1000;

/**
 * Tells of each thing that a store is asked how long it took, at the level
 * `debug`; of each that failed, as a warning; and of the store when it begins
 * to fail, and when it works again.
 */
export function loggedStore(store: Store, log: Log): Store {
  const health = new StoreHealth(store, log);
  const asked = new Map(OPERATIONS.map((operation) => {
    const ask = store[operation] as (...args: unknown[]) => Promise<unknown>;
    return [operation as string, async (...args: unknown[]) => {
      const begin = performance.now();
      const fields = (): LogFields => ({
        operation,
        ...typeof args[0] === "string" && { series: args[0] },
        duration_ms: Math.round(1000 * (performance.now() - begin)) / 1000,
      });
      try {
        const answer = await ask.apply(store, args);
        health.succeed(operation);
        log.debug("the store was asked", fields());
        return answer;
      } catch (error) {
        if (error instanceof StoreError) health.fail(operation);
        log.warn("the store did not do what it was asked", {
          ...fields(),
          error,
        });
        throw error;
      }
    }];
  }));
  return new Proxy(store, {
    get: (target, name) =>
      (typeof name === "string" ? asked.get(name) : undefined) ??
        Reflect.get(target, name),
  });
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
  fail(operation: Operation): void {
    this.#failures++;
    this.#failsToWrite ||= mayWrite(operation);
    if (!this.#isDown && this.#mayCheck) this.#check();
  }

  succeed(operation: Operation): void {
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

function mayWrite(operation: Operation): boolean {
  return operation === "tend" || MAY_WRITE[operation];
}
