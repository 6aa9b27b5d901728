/**
 * A store over a real Redis, and a way past it.
 *
 * @module
 */

import { Connection } from "../../../lib/store/redis/connection.ts";
import type { Dialect } from "../../../lib/store/redis/dialect.ts";
import { redisStore } from "../../../lib/store/redis/store.ts";
import type { Store } from "../../../lib/store/store.ts";
import { RedisServer } from "./server.ts";

/** What a test of sharing works with. */
export interface Rig {
  server: RedisServer;
  store: Store;
  /** Asks Redis itself, as rspamd would. */
  redis: Connection;
}

/** Runs a test with an empty Redis of its own. */
export async function withRedis(
  dialect: Dialect,
  run: (rig: Rig) => Promise<void>,
): Promise<void> {
  await using server = await RedisServer.start();
  const redis = await Connection.open(server.url);
  const store = redisStore(await Connection.open(server.url), dialect);
  try {
    await run({ server, store, redis });
  } finally {
    await store.close();
    await redis.close();
  }
}
