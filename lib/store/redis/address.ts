/**
 * Where a server of Redis is.
 *
 * @module
 */

import { RedisOptionError } from "./option_error.ts";

/** As in rspamd's `lualib/lua_redis.lua`. */
export const SERVER_PORT = 6379;

/** A port of a host, or a Unix socket. */
export type RedisAddress =
  | { readonly host: string; readonly port: number }
  | { readonly path: string };

/**
 * Reads servers as rspamd's configuration lists them, with commas, semicolons or
 * spaces between them.
 *
 * @throws {RedisOptionError} if one of them is no server
 */
export function readAddresses(
  lists: readonly string[],
  defaultPort: number,
  option: string,
): RedisAddress[] {
  return lists.flatMap((list) => list.split(/[,;\s]+/)).filter((text) => text)
    .map((text) => {
      const address = readAddress(text, defaultPort);
      if (address) return address;
      throw new RedisOptionError(
        `redis.${option}`,
        `redis { ${option} }: ${JSON.stringify(text)} is no server; write ` +
          "HOST, HOST:PORT, [IPV6]:PORT, or the path of a Unix socket",
      );
    });
}

/** What rspamd may say of how it takes turns, and of a server's weight. */
const TURNS = /^(?:random|master-slave|round-robin|sequential|hash):/;
const HOST_AND_PORT =
  /^(?:\[([0-9a-f:.]+)\]|([^\s,:/[\]@]+))(?::(\d{1,5})(?::\d+)?)?$/i;

/** Reads a server as rspamd's configuration names it. */
export function readAddress(
  text: string,
  defaultPort: number,
): RedisAddress | undefined {
  const server = text.replace(TURNS, "");
  if (server.startsWith("/")) return { path: server };
  if (isIPv6(server)) return { host: server, port: defaultPort };
  const match = HOST_AND_PORT.exec(server);
  if (!match || (match[1] && !isIPv6(match[1]))) return undefined;
  const port = Number(match[3] ?? defaultPort);
  if (port < 1 || port > 65_535) return undefined;
  return { host: match[1] ?? match[2], port };
}

/** `node:net` has it too, and costs megabytes where it is not needed. */
function isIPv6(text: string): boolean {
  return /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text) &&
    URL.canParse(`redis://[${text}]`);
}

/** Names an address for people. */
export function formatAddress(address: RedisAddress): string {
  if ("path" in address) return address.path;
  const { host, port } = address;
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** True when two addresses are the same. */
export function isSame(a: RedisAddress, b: RedisAddress): boolean {
  return formatAddress(a) === formatAddress(b);
}

/** An address as a server writes it, which leaves out its own host. */
export function addressAt(
  host: string,
  port: number,
  asked: RedisAddress,
): RedisAddress {
  // Redis says ? of a host whose name it does not know.
  if (host !== "" && host !== "?") return { host, port };
  return { host: "host" in asked ? asked.host : "localhost", port };
}
