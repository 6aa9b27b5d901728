/**
 * Who can reach the address that neurald listens on.
 *
 * @module
 */

import type { ListenAddress } from "./address.ts";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;

/** Whether only this host reaches an address. */
export function isLocal(address: ListenAddress): boolean {
  return "path" in address || LOOPBACK.test(address.hostname);
}

/** Why an address may not be listened on, if it may not. */
export function whyExposed(
  address: ListenAddress,
  { tokens }: { readonly tokens: ReadonlyMap<string, unknown> },
): string | undefined {
  if (isLocal(address) || tokens.size > 0) return undefined;
  return "other hosts reach this address, and without tokens anyone could " +
    "teach: add tokens { } (neurald password makes one), or listen on " +
    "127.0.0.1 or a Unix socket";
}
