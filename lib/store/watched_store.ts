/**
 * A store that tells what it is asked, and what comes of it.
 *
 * @module
 */

import { MAY_WRITE, type OperationName } from "./sqlite/operations.ts";
import type { Store } from "./store.ts";

/** What a store may be asked; not every store knows each. */
export type StoreOperation = OperationName | "followRspamd" | "tend";

/** All but its end. */
const OPERATIONS: readonly StoreOperation[] = [
  ...Object.keys(MAY_WRITE) as OperationName[],
  "followRspamd",
  "tend",
];

/** Something that a store did, or failed to do. */
export interface StoreEvent {
  /** What it was asked. */
  operation: StoreOperation;
  /** Which series it was about, if it was about one. */
  series?: string;
  /** How long it took. */
  durationMs: number;
  /** Why it failed, if it did. */
  error?: unknown;
}

/** The same store, which tells each event. */
export function watchedStore(
  store: Store,
  observe: (event: StoreEvent) => void,
): Store {
  const watched: Record<string, unknown> = {};
  for (const operation of OPERATIONS) {
    const ask = store[operation] as Ask | undefined;
    if (ask) watched[operation] = watchedOperation(operation, ask, observe);
  }
  // What is no operation, such as its URL, is asked of the store itself.
  return Object.assign(Object.create(store), watched);
}

type Ask = (...args: unknown[]) => Promise<unknown>;

function watchedOperation(
  operation: StoreOperation,
  ask: Ask,
  observe: (event: StoreEvent) => void,
): Ask {
  return async (...args) => {
    const begin = performance.now();
    const series = typeof args[0] === "string" ? args[0] : undefined;
    let error: unknown;
    try {
      return await ask(...args);
    } catch (reason) {
      error = reason;
      throw reason;
    } finally {
      const durationMs = performance.now() - begin;
      observe({ operation, series, durationMs, error });
    }
  };
}
