/**
 * What the process may no longer do once it serves.
 *
 * @module
 */

import type { Daemon } from "../daemon.ts";

/** Needed by nobody, or only to start. */
const NEVER = ["run", "ffi", "env", "sys"] as const;

/**
 * Gives up what a daemon needs only to start. Deno cannot narrow a permission
 * that was given as a whole, only take it away, so the network stays where
 * something may have to be connected to or listened on again, and reading for
 * the sake of a reload.
 */
export async function dropPrivileges({ url, store }: Daemon): Promise<void> {
  const atSocket = url.startsWith("unix:");
  const inFile = store.startsWith("sqlite:");
  const others = [
    // Who writes is the thread of the store, with permissions of its own.
    ...atSocket ? [] : ["write"] as const,
    ...atSocket && inFile ? ["net"] as const : [],
  ];
  for (const name of [...NEVER, ...others]) {
    await Deno.permissions.revoke({ name });
  }
}
