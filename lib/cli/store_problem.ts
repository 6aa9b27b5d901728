/**
 * What is wrong with the store that a configuration names.
 *
 * @module
 */

import { isRedisUrl, namesRedis } from "../config/address.ts";
import type { UsableConfig } from "../config/load.ts";
import type { Problem } from "../config/problem.ts";
import { RedisOptionError } from "../store/redis/option_error.ts";
import { redisOptions } from "../store/redis/options.ts";

/**
 * Why the Redis of a configuration cannot be used, as far as that can be told
 * without asking it. Where the store is another one, it does not matter.
 *
 * @param file as problems name it, where no place in it can be told
 */
export function storeProblem(
  { config, origins }: UsableConfig,
  file: string,
): Problem | undefined {
  const { neurald: { store }, redis } = config;
  const usesRedis = store === undefined ? namesRedis(redis) : isRedisUrl(store);
  if (!usesRedis) return undefined;
  try {
    redisOptions(redis, store);
    return undefined;
  } catch (error) {
    if (!(error instanceof RedisOptionError)) throw error;
    const origin = origins.get(error.option);
    const at = origin === undefined || origin === "default"
      ? { file, line: 1, column: 1 }
      : origin;
    return { severity: "error", ...at, key: "", message: error.message };
  }
}
