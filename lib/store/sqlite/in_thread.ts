import type { Store } from "../store.ts";
import type { SqliteCore } from "./core.ts";
import { CallQueue } from "./queue.ts";
import { queuedStore } from "./queued_store.ts";

/**
 * A store that works in the thread that uses it, and stops it while it does.
 * For programs that have nothing else to do meanwhile, and for tests.
 *
 * @param core is closed with the store
 */
export function inThreadStore(core: SqliteCore, timeoutMs = 10_000): Store {
  const { url } = core;
  const queue = new CallQueue(
    (calls) => core.run(calls),
    { url, timeoutMs },
  );
  return queuedStore(url, queue, () => Promise.resolve(core.close()));
}
