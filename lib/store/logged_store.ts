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

/**
 * Tells of each thing that a store is asked how long it took, at the level
 * `debug`; of each that failed, as a warning; and of the store when it begins
 * to fail, and when it works again.
 */
export function loggedStore(store: Store, log: Log): Store {
  const health = new StoreHealth(log, store.url);
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
        if (error instanceof StoreError) health.fail(operation, error);
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

/** Tells when a store begins to fail, and when it works again. */
class StoreHealth {
  readonly #log: Log;
  readonly #store: string;
  #failures = 0;
  #since = 0;
  /** Where a disk is full it can still be read. */
  #failsToWrite = false;

  constructor(log: Log, store: string) {
    this.#log = log;
    this.#store = store;
  }

  fail(operation: Operation, error: StoreError): void {
    this.#failsToWrite ||= mayWrite(operation);
    if (this.#failures++ > 0) return;
    this.#since = performance.now();
    this.#log.error("the store fails", { store: this.#store, error });
  }

  succeed(operation: Operation): void {
    if (this.#failures === 0) return;
    if (this.#failsToWrite && !mayWrite(operation)) return;
    this.#log.info("the store works again", {
      store: this.#store,
      failed_requests: this.#failures,
      failed_seconds: Math.round((performance.now() - this.#since) / 1000),
    });
    this.#failures = 0;
    this.#failsToWrite = false;
  }
}

function mayWrite(operation: Operation): boolean {
  return operation === "tend" || MAY_WRITE[operation];
}
