/**
 * What a scanner of rspamd does in a Redis.
 *
 * @module
 */

import { profileDigest } from "../../lib/model/profile.ts";
import type { Connection } from "../../lib/store/redis/connection.ts";

/** Notes a profile, as one does that has none yet; gives its model's key. */
export async function register(
  redis: Connection,
  series: string,
  symbols: string[],
): Promise<string> {
  const digest = profileDigest(symbols);
  const redis_key = `rn_default_default_${digest.slice(0, 8)}_0`;
  const profile = { symbols, redis_key, version: 0, digest, distance: 0 };
  const now = String(Date.now() / 1000);
  await redis.ask("ZADD", series, now, JSON.stringify(profile));
  return redis_key;
}

/** Where it then looks for a model: in the version after its own. */
export function laterKey(key: string): string {
  return key.replace(/_0$/, "_1");
}
