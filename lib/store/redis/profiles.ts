/**
 * The profiles of a series in Redis.
 *
 * @module
 */

import type { Series, StoredProfile } from "../store.ts";
import type { RedisClient } from "./client.ts";
import { list, profileOf, text } from "./replies.ts";

/** A profile, and whether it is the one to go by. */
export interface RedisProfile extends StoredProfile {
  /** True of the latest model of the symbols that were used last. */
  isNewest: boolean;
}

/** Reads the profiles, the most recently used first; damaged ones are left out. */
export async function readProfiles(
  connection: RedisClient,
  series: Series,
): Promise<RedisProfile[]> {
  const reply = await connection.run(
    "profiles",
    connection.keys.of(series),
    [],
  );
  return list(reply).flatMap((entry) => {
    const [json, usedAt, hasModel, isAdopted, isNewest] = list(entry);
    const profile = profileOf(json);
    return profile === undefined ? [] : [{
      profile,
      usedAt: Number(text(usedAt)),
      hasModel: hasModel === 1,
      isAdopted: isAdopted === 1,
      isNewest: isNewest === 1,
    }];
  });
}
