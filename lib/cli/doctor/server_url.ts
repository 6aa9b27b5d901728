/**
 * Where somebody answers who listens at an address.
 *
 * @module
 */

import type { ListenAddress } from "../../config/address.ts";

/** `http://127.0.0.1:11336`, `https://…` or `unix:/PATH`. */
export function serverAt(listen: ListenAddress, isHttps: boolean): string {
  if ("path" in listen) return `unix:${listen.path}`;
  const host = hostFor(listen.hostname);
  const name = host.includes(":") ? `[${host}]` : host;
  return `${isHttps ? "https" : "http"}://${name}:${listen.port}`;
}

/** Where whoever listens everywhere can be reached. */
export function hostFor(hostname: string): string {
  if (hostname === "0.0.0.0") return "127.0.0.1";
  return hostname === "::" ? "::1" : hostname;
}
