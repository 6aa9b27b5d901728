/**
 * Where the store is, if nobody says.
 *
 * @module
 */

import { isStoreUrl, namesRedis } from "../config/address.ts";
import type { Config } from "../config/config.ts";
import { stateFolder } from "./state_folder.ts";
import { UsageError } from "./usage_error.ts";

const FILE = "neurald.sqlite";

/**
 * URL of the store: as the flag says, or the configuration, or else a file in
 * systemd's `$STATE_DIRECTORY` or in the user's folder for such things.
 *
 * @param folder for the file, where nothing else is said
 * @returns nothing when it is the Redis whose servers the configuration names
 * @throws {UsageError} when none of these is there, or the flag is no URL
 */
export function storeUrl(
  flag: string | undefined,
  config: Config,
  folder = stateFolder(),
): string | undefined {
  if (flag !== undefined && !isStoreUrl(flag)) {
    // Not repeated: it may hold a password.
    throw new UsageError(
      "--store: sqlite:PATH is needed, such as " +
        "sqlite:/var/lib/neurald/neurald.sqlite, or redis://HOST:PORT",
    );
  }
  const named = flag ?? config.neurald.store;
  if (named !== undefined) return named;
  if (namesRedis(config.redis)) return undefined;
  if (folder !== undefined) return `sqlite:${folder}/${FILE}`;
  throw new UsageError(
    "--store sqlite:PATH is needed: neither STATE_DIRECTORY nor HOME is set",
  );
}
