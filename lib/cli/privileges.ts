/**
 * What the process may no longer do once it serves.
 *
 * @module
 */

import type { Config } from "../config/config.ts";
import type { Daemon } from "../daemon.ts";
import { parseLocation } from "../external/location.ts";

/** Needed by nobody, or only to start. */
const NEVER = ["run", "ffi", "env", "sys"] as const;

/** Needed while serving by some; reading is, for the sake of a reload. */
const SOMETIMES = ["net", "write"] as const;

/** What some need while they serve. */
export type Privilege = typeof SOMETIMES[number];

/**
 * What a daemon needs for as long as it serves. Deno cannot narrow a permission
 * that was given as a whole, only take it away, so that it is for all of the
 * network where something may have to be connected to or listened on again.
 */
export function privilegesFor(
  { url, store }: Daemon,
  config: Config,
): ReadonlySet<Privilege> {
  const listensAtSocket = url.startsWith("unix:");
  const hasStoreAtSocket = store.startsWith("redis+unix:");
  // Who writes the file is the thread of the store, with permissions of its own.
  const hasFile = store.startsWith("sqlite:");
  const needed = new Set<Privilege>();
  if (!listensAtSocket || !(hasFile || hasStoreAtSocket) || asksHosts(config)) {
    needed.add("net");
  }
  // Connecting to a socket is writing to it.
  if (listensAtSocket || hasStoreAtSocket) needed.add("write");
  return needed;
}

/** Whether others are asked over the network than the store. */
function asksHosts({ neurald, rules }: Config): boolean {
  return [...neurald.guards.values()].some(({ url }) => url !== undefined) ||
    rules.some(({ enabled, externalModel: { url, baseUrl } }) => {
      const location = parseLocation(url ?? baseUrl ?? "");
      return enabled && location && location.protocol !== "file:";
    });
}

/** Gives up, for good, all that is not needed. */
export async function keepOnly(needed: ReadonlySet<Privilege>): Promise<void> {
  const others = SOMETIMES.filter((name) => !needed.has(name));
  for (const name of [...NEVER, ...others]) {
    await Deno.permissions.revoke({ name });
  }
}
