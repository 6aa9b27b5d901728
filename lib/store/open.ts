import type { RedisSettings } from "./redis/options.ts";
import type { Sharing } from "./redis/dialect.ts";
import { openSqliteStore, type SqliteStoreOptions } from "./sqlite/client.ts";
import { type Store, StoreError } from "./store.ts";

const FORMS = "write sqlite:PATH, for example " +
  "sqlite:/var/lib/neurald/neurald.sqlite, or redis://HOST:PORT";

const ALONE: Sharing = {
  dialect: 4,
  candidates: () => [],
  renamed: () => undefined,
};

const REDIS_SCHEMES = [
  "redis",
  "rediss",
  "redis+unix",
  "redis+cluster",
  "rediss+cluster",
];

/**
 * Opens the store that a URL names.
 *
 * - `sqlite:PATH`: a SQLite file, created if it is not there. What follows
 *   the colon is the path as it stands: neither percent-encoding nor `?` is
 *   interpreted, and a relative path starts at the current folder. A path
 *   that starts with `//` is refused, since other programs read
 *   `sqlite:///data` as a relative path.
 * - `sqlite::memory:`: a store that is gone when it is closed.
 * - `redis://[USER[:PASSWORD]@]HOST[:PORT][/DB]`, `rediss://…` for TLS, or
 *   `redis+unix:///PATH[?db=N]`: a Redis.
 * - `redis+cluster://[USER[:PASSWORD]@]HOST[:PORT][,HOST[:PORT]…]`, or
 *   `rediss+cluster://…` for TLS: a Redis Cluster, by some of its servers.
 *
 * @param url without one the store is the Redis that the settings name
 * @param redis what is to be said of a Redis besides its URL
 * @param sharing with which rspamd a Redis is shared
 * @param onDamage see {@linkcode SqliteStoreOptions.onDamage}
 * @throws {StoreError} (as a rejection) if the URL is of another form, or the
 * store cannot be opened. It shows no more of a URL than its scheme, as the
 * rest may hold a password.
 */
export async function openStore(
  url: string | undefined,
  redis: RedisSettings = {},
  sharing: Sharing = ALONE,
  onDamage?: SqliteStoreOptions["onDamage"],
): Promise<Store> {
  const path = sqlitePath(url);
  return path === undefined
    ? await openRedis(redis, sharing, url)
    : await openSqliteStore(path, { onDamage });
}

/**
 * The path of the SQLite file that is the store; nothing where it is a Redis.
 *
 * @param url without one it is the Redis of the settings
 * @throws {StoreError} if the URL is of another form
 */
export function sqlitePath(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const scheme = url.match(/^([a-z][a-z0-9+.-]*):/i)?.[1].toLowerCase();
  if (scheme === undefined) {
    throw new StoreError(`the store is not named by a URL; ${FORMS}`);
  }
  if (REDIS_SCHEMES.includes(scheme)) return undefined;
  if (scheme !== "sqlite") {
    throw new StoreError(`${scheme}: there is no such kind of store; ${FORMS}`);
  }
  const path = url.slice("sqlite:".length);
  if (path === "" || path.startsWith("//")) {
    throw new StoreError(`${url}: this is no path; ${FORMS}`);
  }
  return path;
}

/** Who keeps things in SQLite loads none of the code for Redis. */
async function openRedis(
  redis: RedisSettings,
  sharing: Sharing,
  url?: string,
): Promise<Store> {
  const { openRedisStore } = await import("./redis/open.ts");
  return await openRedisStore(redis, sharing, url);
}
