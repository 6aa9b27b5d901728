/**
 * How to reach Redis: the keys that rspamd knows, at the top level or in
 * `redis { }`.
 *
 * @module
 */

import { type Option, optional } from "../option.ts";
import { boolean, duration, integer, names, text } from "../option_types.ts";

/** None of them matters while the store is another one. */
function redisOption<V>(
  parts: Parameters<typeof optional<V>>[0],
): Option<V | undefined> {
  return optional({ ...parts, noEffect: "redis" });
}

/** Names as in rspamd's `lualib/lua_redis.lua`; none has a default. */
export const REDIS_OPTIONS = {
  servers: redisOption({
    name: "servers",
    aliases: ["server"],
    type: names,
    description: "servers to read and write, HOST:PORT",
  }),
  readServers: redisOption({
    name: "read_servers",
    type: names,
    description: "servers to read only",
  }),
  writeServers: redisOption({
    name: "write_servers",
    type: names,
    description: "servers to write",
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
    type: duration({ min: 0 }),
    description: "how long a request to the server may take",
  }),
  redisVersion: redisOption({
    name: "redis_version",
    type: integer({ min: 1 }),
    description: "major version of the server",
  }),
  expandKeys: redisOption({
    name: "expand_keys",
    type: boolean,
    description: "put values into the names of keys",
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
    description: "sentinels to ask for the servers",
  }),
  sentinelWatchSeconds: redisOption({
    name: "sentinel_watch_time",
    type: duration({ min: 0 }),
    description: "how often to ask them",
  }),
  sentinelMastersPattern: redisOption({
    name: "sentinel_masters_pattern",
    type: text,
    description: "which masters to use",
  }),
  sentinelMaxErrors: redisOption({
    name: "sentinel_master_maxerrors",
    type: integer({ min: 0 }),
    description: "errors after which a master is given up",
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
