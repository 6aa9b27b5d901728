/**
 * What a reload cannot change.
 *
 * @module
 */

import type { Config } from "../../config/config.ts";

/** A part of a configuration. */
type Fixed = (config: Config) => unknown;

/** Options of which a daemon was started with others, unless by a flag. */
export function waitingForRestart(
  started: Config,
  next: Config,
  flags: { listen?: unknown; store?: unknown },
): string[] {
  const fixed: Record<string, [given: unknown, of: Fixed]> = {
    listen: [flags.listen, ({ neurald }) => neurald.listen],
    store: [flags.store, ({ neurald, redis }) => [neurald.store, redis]],
    tls: [undefined, ({ neurald }) => neurald.tls.certificate !== undefined],
    socket_mode: [undefined, ({ neurald }) => neurald.socketMode],
    rspamd_version: [undefined, ({ neurald }) => neurald.rspamdVersion],
  };
  return Object.entries(fixed)
    .filter(([, [given, of]]) =>
      given === undefined &&
      JSON.stringify(of(started)) !== JSON.stringify(of(next))
    )
    .map(([name]) => name);
}
