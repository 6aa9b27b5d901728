/**
 * The addresses in a configuration: where neurald listens, and its store.
 *
 * @module
 */

/** Where to listen: a TCP port of one address, or a Unix socket. */
export type ListenAddress =
  | { readonly hostname: string; readonly port: number }
  | { readonly path: string };

const HOST_AND_PORT = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/;
const REDIS_SCHEMES = ["redis:", "rediss:", "redis+unix:"];
const CLUSTER_URL = /^rediss?\+cluster:\/\/(?:[^/?#]*@)?[^/?#@]+(?=[/?#]|$)/i;

/**
 * Reads `HOST:PORT`, `[IPV6]:PORT` or `unix:/PATH`; the host `*` is every
 * IPv4 address, as in rspamd.
 *
 * @returns undefined when it is none of these.
 */
export function parseListenAddress(text: string): ListenAddress | undefined {
  if (text.startsWith("unix:")) {
    const path = text.slice("unix:".length);
    return path.startsWith("/") && path.length > 1 ? { path } : undefined;
  }
  const match = HOST_AND_PORT.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) return undefined;
  const hostname = match[1] ?? match[2];
  return { hostname: hostname === "*" ? "0.0.0.0" : hostname, port };
}

/** True for `sqlite:PATH` and the URLs of a Redis. */
export function isStoreUrl(text: string): boolean {
  if (text.startsWith("sqlite:")) return text.length > "sqlite:".length;
  return isRedisUrl(text);
}

/** True when the servers of a Redis are named that neurald can write to. */
export function namesRedis(
  { servers, writeServers, sentinels }: {
    readonly servers?: readonly string[];
    readonly writeServers?: readonly string[];
    readonly sentinels?: readonly string[];
  },
): boolean {
  return [servers, writeServers, sentinels].some((list) => list?.length);
}

/**
 * True for `redis://…`, `rediss://…`, the same with `+cluster`, and
 * `redis+unix:///PATH`.
 */
export function isRedisUrl(text: string | undefined): boolean {
  if (text === undefined) return false;
  // Several hosts are no URL elsewhere.
  if (CLUSTER_URL.test(text)) return true;
  if (!URL.canParse(text)) return false;
  const { protocol, host, pathname } = new URL(text);
  if (!REDIS_SCHEMES.includes(protocol)) return false;
  return protocol === "redis+unix:" ? pathname.length > 1 : host !== "";
}

/** True for `http://…` and `https://…`. */
export function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, host } = new URL(text);
  return ["http:", "https:"].includes(protocol) && host !== "";
}
