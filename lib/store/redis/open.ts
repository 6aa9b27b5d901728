/**
 * Opens a store in Redis. Only who uses it imports it.
 *
 * @module
 */

import type { Store } from "../store.ts";
import { Cluster } from "./cluster/cluster.ts";
import { Connection } from "./connection.ts";
import { redisOptions, type RedisSettings } from "./options.ts";
import { findDialect, type Sharing } from "./dialect.ts";
import { redisStore } from "./store.ts";

/**
 * Opens the store in the Redis that a URL or a configuration names.
 *
 * @param url wins over the settings, which say what it cannot
 * @throws {import("../store.ts").StoreError} (as a rejection) when it cannot be used
 */
export async function openRedisStore(
  settings: RedisSettings,
  sharing: Sharing,
  url?: string,
): Promise<Store> {
  const options = redisOptions(settings, url);
  // No rspamd knows how to share a cluster.
  if (options.isCluster) {
    return redisStore(await Cluster.open(options), sharing.dialect);
  }
  const connection = await Connection.open(options);
  try {
    const dialect = await findDialect(connection, sharing);
    const store = redisStore(connection, dialect, sharing);
    await store.followRspamd?.();
    return store;
  } catch (error) {
    await connection.close();
    throw error;
  }
}
