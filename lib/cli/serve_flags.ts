/**
 * The flags that say what a daemon serves, and where.
 *
 * @module
 */

import { type ListenAddress, parseListenAddress } from "../config/address.ts";
import type { FlagTable } from "./flags.ts";
import { UsageError } from "./usage_error.ts";

/** Of `neurald serve`, and of what looks at its set-up. */
export const SERVE_FLAGS = {
  config: {
    kind: "text",
    value: "FILE",
    help: "the configuration, as rspamd's neural.conf (default: none)",
  },
  listen: {
    kind: "text",
    value: "ADDRESS",
    help: "HOST:PORT or unix:/PATH (default 127.0.0.1:11336)",
  },
  store: {
    kind: "text",
    value: "URL",
    help: "sqlite:PATH or redis://HOST:PORT (default: the configured one, " +
      "or a file in $STATE_DIRECTORY or in your home)",
  },
} as const satisfies FlagTable;

/**
 * What `--listen` says, if it was given.
 *
 * @throws {UsageError} when it is no address
 */
export function listenFlag(
  flag: string | undefined,
): ListenAddress | undefined {
  if (flag === undefined) return undefined;
  const address = parseListenAddress(flag);
  if (address) return address;
  throw new UsageError(
    `--listen: HOST:PORT or unix:/PATH is needed, not ${flag}`,
  );
}
