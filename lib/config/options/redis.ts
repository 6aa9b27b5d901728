/**
 * How to reach Redis: the keys that rspamd knows, at the top level or in
 * `redis { }`.
 *
 * @module
 */

import { MAX_TIMER_SECONDS } from "./limits.ts";
import { type Option, optional } from "../option.ts";
import { boolean, duration, integer, names, text } from "../option_types.ts";

/** None of them matters while the store is another one. */
function redisOption<V>(
  parts: Parameters<typeof optional<V>>[0],
): Option<V | undefined> {
  return optional({ noEffect: "redis", ...parts });
}

/** Names as in rspamd's `lualib/lua_redis.lua`; none has a default. */
export const REDIS_OPTIONS = {
  servers: redisOption({
    name: "servers",
    aliases: ["server"],
    type: names,
    description:
      "servers, HOST:PORT or a socket; the first that answers is used",
  }),
  readServers: redisOption({
    name: "read_servers",
    type: names,
    description: "servers to read only",
    noEffect: "reads",
  }),
  writeServers: redisOption({
    name: "write_servers",
    type: names,
    description: "servers to use in place of these",
  }),
  cluster: redisOption({
    name: "cluster",
    type: boolean,
    description: "the servers are part of a Redis Cluster",
  }),
  username: redisOption({
    name: "username",
    type: text,
    description: "user at the server",
  }),
  password: redisOption({
    name: "password",
    type: text,
    description: "password at the server",
    secret: "all",
  }),
  database: redisOption({
    name: "db",
    aliases: ["dbname", "database"],
    type: text,
    description: "number of the database",
  }),
  timeoutSeconds: redisOption({
    name: "timeout",
    type: duration({ min: 0.001 }),
    description:
      "how long connecting (1 s) or a request (10 s, at most) may take",
  }),
  redisVersion: redisOption({
    name: "redis_version",
    type: integer({ min: 1 }),
    description: "major version of the server",
    noEffect: "unneeded",
  }),
  expandKeys: redisOption({
    name: "expand_keys",
    type: boolean,
    description: "put values into the names of keys",
    noEffect: "unneeded",
  }),
  ssl: redisOption({
    name: "ssl",
    type: boolean,
    description: "use TLS",
  }),
  noSslVerify: redisOption({
    name: "no_ssl_verify",
    type: boolean,
    description: "do not check the server's certificate",
  }),
  sslCa: redisOption({
    name: "ssl_ca",
    type: text,
    description: "file of accepted certificate authorities",
  }),
  sslCaDirectory: redisOption({
    name: "ssl_ca_dir",
    type: text,
    description: "directory of accepted certificate authorities",
  }),
  sslCertificate: redisOption({
    name: "ssl_cert",
    type: text,
    description: "file of the client's certificate",
  }),
  sslKey: redisOption({
    name: "ssl_key",
    type: text,
    description: "file of the client's private key",
  }),
  sni: redisOption({
    name: "sni",
    type: text,
    description: "name of the server for TLS",
  }),
  sentinels: redisOption({
    name: "sentinels",
    type: names,
    description: "sentinels, which name the server to use",
  }),
  sentinelWatchSeconds: redisOption({
    name: "sentinel_watch_time",
    type: duration({ min: 0.001, max: MAX_TIMER_SECONDS }),
    description: "how often to ask them (10 s)",
  }),
  sentinelMastersPattern: redisOption({
    name: "sentinel_masters_pattern",
    type: text,
    description: "Lua pattern of the name of the master to use",
  }),
  sentinelMaxErrors: redisOption({
    name: "sentinel_master_maxerrors",
    type: integer({ min: 0 }),
    description: "errors after which a master is given up",
    noEffect: "unneeded",
  }),
  sentinelUsername: redisOption({
    name: "sentinel_username",
    type: text,
    description: "user at the sentinels",
  }),
  sentinelPassword: redisOption({
    name: "sentinel_password",
    type: text,
    description: "password at the sentinels",
    secret: "all",
  }),
};
