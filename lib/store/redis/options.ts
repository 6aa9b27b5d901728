/**
 * Where Redis is and how to get in, as a URL or a configuration says.
 *
 * @module
 */

import { luaPattern } from "./lua_pattern.ts";
import { RedisOptionError } from "./option_error.ts";

/** A port of a host, or a Unix socket. */
export type RedisAddress =
  | { readonly host: string; readonly port: number }
  | { readonly path: string };

/** Who to be at a server. */
export interface Login {
  readonly username?: string;
  readonly password?: string;
}

/** Files are read whenever a connection is made, so they may be renewed. */
export interface TlsOptions {
  /** False to talk to a server whose certificate is not good. */
  readonly verify: boolean;
  /** Accepted authorities (PEM), in place of those that are well known. */
  readonly caFile?: string;
  /** All files in it are accepted authorities too. */
  readonly caDirectory?: string;
  /** The client's certificate (PEM). */
  readonly certificateFile?: string;
  readonly keyFile?: string;
  /** The name that the server's certificate has to be for. */
  readonly serverName?: string;
}

/**
 * Sentinels, which know the server that takes writes. They are asked without
 * TLS, as in rspamd.
 */
export interface SentinelOptions {
  readonly servers: readonly RedisAddress[];
  readonly login: Login;
  /** Which of the masters that they watch is meant. */
  isMaster(name: string): boolean;
  /** How often they are asked for another master, in milliseconds. */
  readonly watchMs: number;
}

/** All that is needed to use a Redis. */
export interface RedisOptions {
  /** For messages: a URL without secrets. */
  readonly name: string;
  /** Servers that take writes, the preferred one first. */
  readonly servers: readonly RedisAddress[];
  /** They know the servers better. */
  readonly sentinel?: SentinelOptions;
  readonly login: Login;
  readonly database: number;
  readonly tls?: TlsOptions;
  /** How long connecting to a server may take, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** How long a request may take, in milliseconds. */
  readonly requestTimeoutMs: number;
}

/** What a configuration says of Redis, in the words of its options. */
export interface RedisSettings {
  readonly servers?: readonly string[];
  readonly writeServers?: readonly string[];
  readonly username?: string;
  readonly password?: string;
  readonly database?: string;
  readonly timeoutSeconds?: number;
  readonly ssl?: boolean;
  readonly noSslVerify?: boolean;
  readonly sslCa?: string;
  readonly sslCaDirectory?: string;
  readonly sslCertificate?: string;
  readonly sslKey?: string;
  readonly sni?: string;
  readonly sentinels?: readonly string[];
  readonly sentinelUsername?: string;
  readonly sentinelPassword?: string;
  readonly sentinelMastersPattern?: string;
  readonly sentinelWatchSeconds?: number;
}

/** As in rspamd's `lualib/lua_redis.lua`. */
const SERVER_PORT = 6379;
const SENTINEL_PORT = 5000;
const CONNECT_TIMEOUT_MS = 1000;
/** A request takes no longer, whatever is configured. */
const REQUEST_TIMEOUT_MS = 10_000;
/** rspamd asks once a minute; what is written to a former master is lost. */
const SENTINEL_WATCH_SECONDS = 10;

/** Where a configuration has the URL. */
const URL_OPTION = "neurald.store";

const FORMS = "write redis://[USER[:PASSWORD]@]HOST[:PORT][/DB], " +
  "rediss://… for TLS, or redis+unix:///PATH[?db=N]";

/**
 * Reads what a configuration says of Redis.
 *
 * As in rspamd, the servers are `write_servers` or else `servers`: names,
 * addresses and paths of Unix sockets, with commas between them. What is
 * written is read from the same server.
 *
 * @param url wins over what the settings say of the same; the settings say
 * all that a URL cannot, such as the files for TLS
 * @throws {RedisOptionError} when a part of it makes no sense
 */
export function redisOptions(
  settings: RedisSettings,
  url?: string,
): RedisOptions {
  const named = url === undefined ? serversIn(settings) : serverIn(url);
  const isTls = named.isTls ?? settings.ssl ?? false;
  const login = named.login ?? loginOf(
    settings.username,
    settings.password,
    "username",
  );
  const database = databaseNumber(
    named.database ?? settings.database,
    named.database === undefined ? "redis.db" : URL_OPTION,
  );
  const { timeoutSeconds } = settings;
  const timeoutMs = timeoutSeconds && 1000 * timeoutSeconds;
  return {
    name: nameOf(named, isTls, database),
    servers: named.servers,
    sentinel: named.sentinel,
    login,
    database,
    tls: isTls ? tlsOptions(settings) : undefined,
    connectTimeoutMs: Math.min(
      timeoutMs ?? CONNECT_TIMEOUT_MS,
      REQUEST_TIMEOUT_MS,
    ),
    requestTimeoutMs: Math.min(
      timeoutMs ?? REQUEST_TIMEOUT_MS,
      REQUEST_TIMEOUT_MS,
    ),
  };
}

/** What names the servers, and what it says besides. */
interface Named extends Pick<RedisOptions, "servers" | "sentinel"> {
  isTls?: boolean;
  login?: Login;
  database?: string;
}

function serversIn(settings: RedisSettings): Named {
  const { writeServers, servers, sentinels } = settings;
  const written = writeServers ?? servers ?? [];
  const option = writeServers ? "write_servers" : "servers";
  const sentinel = sentinels && sentinelOptions(settings);
  const listed = addresses(written, SERVER_PORT, option);
  if (!sentinel && listed.length === 0) {
    throw new RedisOptionError(
      `redis.${option}`,
      `redis { ${option} } names no server`,
    );
  }
  return { servers: listed, sentinel };
}

function sentinelOptions(settings: RedisSettings): SentinelOptions {
  const servers = addresses(
    settings.sentinels ?? [],
    SENTINEL_PORT,
    "sentinels",
  );
  if (servers.length === 0) {
    throw new RedisOptionError(
      "redis.sentinels",
      "redis { sentinels } names no server",
    );
  }
  const pattern = settings.sentinelMastersPattern;
  const matches = pattern === undefined ? undefined : patternOf(pattern);
  return {
    servers,
    login: loginOf(
      settings.sentinelUsername,
      settings.sentinelPassword,
      "sentinel_username",
    ),
    isMaster: (name) =>
      matches === undefined || name === pattern || matches.test(name),
    watchMs: 1000 *
      (settings.sentinelWatchSeconds || SENTINEL_WATCH_SECONDS),
  };
}

function patternOf(pattern: string): RegExp {
  try {
    return luaPattern(pattern);
  } catch {
    throw new RedisOptionError(
      "redis.sentinel_masters_pattern",
      "redis { sentinel_masters_pattern } is no Lua pattern",
    );
  }
}

function addresses(
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
  /^(?:\[([0-9a-f:.]+)\]|([^\s:/[\]@]+))(?::(\d{1,5})(?::\d+)?)?$/i;

/** Reads a server as rspamd's configuration names it. */
function readAddress(
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

/** @throws {RedisOptionError} which shows of the URL only its scheme */
function serverIn(text: string): Named {
  const url = URL.parse(text);
  const scheme = text.split(":", 1)[0].toLowerCase();
  const fail = () =>
    new RedisOptionError(URL_OPTION, `${scheme}: this is no address; ${FORMS}`);
  if (!url || url.hash) throw fail();
  try {
    const { username, password, pathname, searchParams } = url;
    const login = username || password
      ? loginOf(
        decodeURIComponent(username),
        decodeURIComponent(password),
      )
      : undefined;
    if (scheme === "redis+unix") {
      const others = [...searchParams.keys()].filter((key) => key !== "db");
      const isLocal = url.host === "" || url.host === "localhost";
      if (pathname.length < 2 || others.length > 0 || !isLocal) throw fail();
      const path = decodeURIComponent(pathname);
      const database = searchParams.get("db") ?? undefined;
      return { servers: [{ path }], isTls: false, login, database };
    }
    const address = readAddress(url.host, SERVER_PORT);
    if (!address || url.search) throw fail();
    return {
      servers: [address],
      isTls: scheme === "rediss" || undefined,
      login,
      database: pathname.slice(1) || undefined,
    };
  } catch (error) {
    throw error instanceof URIError ? fail() : error;
  }
}

function loginOf(
  username: string | undefined,
  password: string | undefined,
  option?: "username" | "sentinel_username",
): Login {
  if (username && !password) {
    const what = option ? `redis { ${option} }` : "the user of a Redis";
    throw new RedisOptionError(
      option ? `redis.${option}` : URL_OPTION,
      `${what} needs a password too`,
    );
  }
  return { username: username || undefined, password: password || undefined };
}

function databaseNumber(text = "0", option: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new RedisOptionError(
    option,
    "the database of a Redis is a number, such as 0 or 2",
  );
}

function tlsOptions(settings: RedisSettings): TlsOptions {
  const { sslCertificate, sslKey } = settings;
  if ((sslCertificate === undefined) !== (sslKey === undefined)) {
    throw new RedisOptionError(
      `redis.${sslKey === undefined ? "ssl_cert" : "ssl_key"}`,
      "redis { ssl_cert } and ssl_key go together",
    );
  }
  return {
    verify: !settings.noSslVerify,
    caFile: settings.sslCa,
    caDirectory: settings.sslCaDirectory,
    certificateFile: sslCertificate,
    keyFile: sslKey,
    serverName: settings.sni,
  };
}

/** Names an address for people. */
export function formatAddress(address: RedisAddress): string {
  if ("path" in address) return address.path;
  const { host, port } = address;
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function nameOf(
  { servers, sentinel }: Named,
  isTls: boolean,
  database: number,
): string {
  const [first] = servers;
  if (!sentinel && servers.length === 1 && "path" in first) {
    return `redis+unix://${first.path}${database ? `?db=${database}` : ""}`;
  }
  const scheme = sentinel ? "redis+sentinel" : isTls ? "rediss" : "redis";
  const hosts = (sentinel?.servers ?? servers).map(formatAddress).join(",");
  return `${scheme}://${hosts}${database ? `/${database}` : ""}`;
}
