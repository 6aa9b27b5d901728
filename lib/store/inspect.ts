/**
 * Looks at a store without changing it.
 *
 * @module
 */

import type { Inspection } from "./inspection.ts";
import { sqlitePath } from "./open.ts";
import type { Sharing } from "./redis/dialect.ts";
import type { RedisSettings } from "./redis/options.ts";
import { inspectSqliteStore } from "./sqlite/inspect.ts";

/** What is to be said of a Redis besides its URL. */
export interface RedisContext {
  settings: RedisSettings;
  sharing: Sharing;
  /** Beginning of the keys of series, such as `rn`. */
  prefix: string;
  /** Unix time in milliseconds. */
  now: () => number;
}

/**
 * Looks at the store that {@linkcode import("./open.ts").openStore} would
 * open. Nothing is created, brought to another version or kept aside; in a
 * Redis keys are written for a moment to find out whether that is allowed.
 * What is wrong with the store is among the facts.
 *
 * @param url without one the store is the Redis that the settings name
 * @throws {import("./store.ts").StoreError} (as a rejection) if the URL is of
 * another form
 */
export async function inspectStore(
  url: string | undefined,
  redis: RedisContext,
): Promise<Inspection> {
  const path = sqlitePath(url);
  if (path !== undefined) return await inspectSqliteStore(path);
  const { inspectRedisStore } = await import("./redis/inspect.ts");
  return await inspectRedisStore({ ...redis, url });
}
