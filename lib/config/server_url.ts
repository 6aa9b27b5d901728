/**
 * The URL of a server, from the address where it listens.
 *
 * @module
 */

import type { ListenAddress } from "./address.ts";

/** `http://127.0.0.1:11336`, `https://…` or `unix:/PATH`. */
export function serverUrl(address: ListenAddress, isHttps: boolean): string {
  if ("path" in address) return `unix:${address.path}`;
  const { hostname, port } = address;
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return `${isHttps ? "https" : "http"}://${host}:${port}`;
}

/** An address of this host where whoever listens everywhere is reached. */
export function reachableAddress<Address extends ListenAddress>(
  address: Address,
): Address {
  if (!("hostname" in address)) return address;
  const { hostname } = address;
  if (hostname === "0.0.0.0") return { ...address, hostname: "127.0.0.1" };
  return hostname === "::" ? { ...address, hostname: "::1" } : address;
}
