/**
 * Profiles as rspamd keeps them, and where.
 *
 * @module
 */

import { profileDigest } from "../../../lib/model/profile.ts";
import type { Connection } from "../../../lib/store/redis/connection.ts";
import type { Sharing } from "../../../lib/store/redis/dialect.ts";
import type { ProfileRecord, Series } from "../../../lib/store/store.ts";

/** One series, as it is called beside rspamd 2 or 3, and beside rspamd 4. */
export const V2: Series = "rn2_default_1_default";
export const V3: Series = "rn3_default_1_default";

/** Knows nothing but that series. */
export const SHARING: Sharing = {
  candidates: (version) => [version === 2 ? V2 : V3],
  renamed: (series, version) => {
    const [other, name] = version === 2 ? [V3, V2] : [V2, V3];
    return series === other ? name : undefined;
  },
};

/** A profile of the rule `default`. */
export function profileFor(symbols: string[], version: number): ProfileRecord {
  const digest = profileDigest(symbols);
  const redis_key = `rn_default_default_${digest.slice(0, 8)}_${version}`;
  return { digest, symbols, version, redis_key };
}

/** Does what a scanner does that has no profile yet. */
export async function register(
  redis: Connection,
  series: Series,
  profile: ProfileRecord,
  at = Date.now() / 1000,
): Promise<void> {
  await redis.ask("ZADD", series, String(at), JSON.stringify(profile));
}
