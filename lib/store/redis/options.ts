/**
 * Where Redis is and how to get in, as a URL or a configuration says.
 *
 * @module
 */

import {
  formatAddress,
  readAddresses,
  type RedisAddress,
  SERVER_PORT,
} from "./address.ts";
import { type Login, loginOf } from "./login.ts";
import { luaPattern } from "./lua_pattern.ts";
import { RedisOptionError, URL_OPTION } from "./option_error.ts";
import { type NamedServers, serversOfUrl } from "./url.ts";

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
  /** True when they are of a Redis Cluster, and know its other servers. */
  readonly isCluster: boolean;
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
  readonly readServers?: readonly string[];
  readonly writeServers?: readonly string[];
  readonly cluster?: boolean;
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
const SENTINEL_PORT = 5000;
const CONNECT_TIMEOUT_MS = 1000;
/** A request takes no longer, whatever is configured. */
const REQUEST_TIMEOUT_MS = 10_000;
/** rspamd asks once a minute; what is written to a former master is lost. */
const SENTINEL_WATCH_SECONDS = 10;

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
  const named: Named = url === undefined
    ? serversIn(settings)
    : { ...serversOfUrl(url), option: URL_OPTION };
  const isTls = named.isTls ?? settings.ssl ?? false;
  const isCluster = named.isCluster ?? settings.cluster ?? false;
  const login = named.login ?? loginOf(
    settings.username,
    settings.password,
    "username",
  );
  const databaseOption = named.database === undefined ? "redis.db" : URL_OPTION;
  const database = databaseNumber(
    named.database ?? settings.database,
    databaseOption,
  );
  if (isCluster) {
    checkCluster(named);
    if (database !== 0) {
      throw new RedisOptionError(
        databaseOption,
        "a Redis Cluster has no database but 0",
      );
    }
  }
  const { timeoutSeconds } = settings;
  const timeoutMs = timeoutSeconds && 1000 * timeoutSeconds;
  return {
    name: nameOf({ ...named, isTls, isCluster }, database),
    servers: named.servers,
    isCluster,
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

/** What names the servers: a URL, or these settings. */
interface Named extends NamedServers {
  /** Where a configuration has them. */
  option: string;
  sentinel?: SentinelOptions;
}

function serversIn(settings: RedisSettings): Named {
  const { writeServers, servers, sentinels, cluster } = settings;
  const written = writeServers ?? servers ?? [];
  const name = writeServers ? "write_servers" : "servers";
  const option = `redis.${name}`;
  const sentinel = sentinels && sentinelOptions(settings);
  const listed = readAddresses(written, SERVER_PORT, name);
  if (cluster) checkRoles(settings, listed);
  if (!sentinel && listed.length === 0) {
    throw new RedisOptionError(option, `redis { ${name} } names no server`);
  }
  return { servers: listed, option, sentinel };
}

/** A server of a cluster may be a replica today, and a master tomorrow. */
function checkRoles(
  settings: RedisSettings,
  used: readonly RedisAddress[],
): void {
  const lists = {
    servers: settings.servers,
    read_servers: settings.readServers,
    write_servers: settings.writeServers,
  };
  const textOf = (list: readonly RedisAddress[]) =>
    list.map(formatAddress).sort().join();
  for (const [option, list] of Object.entries(lists)) {
    if (!list) continue;
    const read = readAddresses(list, SERVER_PORT, option);
    if (textOf(read) === textOf(used)) continue;
    throw new RedisOptionError(
      // Only these are used in place of servers.
      `redis.${option === "servers" ? "write_servers" : option}`,
      "redis { read_servers } and write_servers make no sense in a cluster, " +
        "which gives its servers their roles: name them in servers",
    );
  }
}

function checkCluster({ servers, sentinel, option }: Named): void {
  if (sentinel) {
    throw new RedisOptionError(
      "redis.sentinels",
      "redis { sentinels } make no sense with a cluster, which finds masters " +
        "by itself",
    );
  }
  const socket = servers.find((address) => "path" in address);
  if (socket) {
    throw new RedisOptionError(
      option,
      `${formatAddress(socket)}: a Redis Cluster is named by hosts and ports`,
    );
  }
}

function sentinelOptions(settings: RedisSettings): SentinelOptions {
  const servers = readAddresses(
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

function nameOf(
  { servers, sentinel, isTls, isCluster }: Omit<Named, "option">,
  database: number,
): string {
  const [first] = servers;
  if (!sentinel && servers.length === 1 && "path" in first) {
    return `redis+unix://${first.path}${database ? `?db=${database}` : ""}`;
  }
  const scheme = sentinel
    ? "redis+sentinel"
    : `${isTls ? "rediss" : "redis"}${isCluster ? "+cluster" : ""}`;
  const hosts = (sentinel?.servers ?? servers).map(formatAddress).join(",");
  return `${scheme}://${hosts}${database ? `/${database}` : ""}`;
}
