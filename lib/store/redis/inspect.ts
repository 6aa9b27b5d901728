/**
 * Looks at a store in Redis without changing it.
 *
 * @module
 */

import type { Inspection } from "../inspection.ts";
import { countReasons } from "../series_details.ts";
import { type Series, StoreError } from "../store.ts";
import { formatAddress } from "./address.ts";
import type { RedisClient } from "./client.ts";
import { Cluster } from "./cluster/cluster.ts";
import { Connection } from "./connection.ts";
import { findDialect, type Sharing } from "./dialect.ts";
import { askServer, type RedisFacts, type ServerFacts } from "./facts.ts";
import { Link, LinkError } from "./link.ts";
import { findMaster } from "./master.ts";
import {
  type RedisOptions,
  redisOptions,
  type RedisSettings,
} from "./options.ts";
import { readProfiles } from "./profiles.ts";
import { list, text } from "./replies.ts";
import { firstOf } from "./servers.ts";
import { redisStore } from "./store.ts";

/** The keys that are written for a moment begin so, as some of neurald's do. */
const PROBE = "neurald_doctor_";

/** They are gone after this in any case. */
const PROBE_MS = "10000";

/** So many of the newest samples that were set aside tell why. */
const MOST_REASONS = 1000;

/** A reason is found at the beginning of an entry (`pool.lua`, `set_aside`). */
const REASON_LINE = 2;

/** What to look for in a Redis. */
export interface InspectOptions {
  settings: RedisSettings;
  sharing: Sharing;
  /** Wins over the settings. */
  url?: string;
  /** Beginning of the keys of series, such as `rn`. */
  prefix: string;
  /** Unix time in milliseconds. */
  now: () => number;
}

/** Looks at the store in the Redis that a URL or settings name. */
export async function inspectRedisStore(
  { settings, sharing, url, prefix, now }: InspectOptions,
): Promise<Inspection> {
  const facts: RedisFacts = { kind: "redis", url: "redis" };
  let client: RedisClient | undefined;
  try {
    const options = redisOptions(settings, url);
    facts.url = options.name;
    facts.server = await serverFacts(options, now);
    client = options.isCluster
      ? await Cluster.open(options)
      : await Connection.open(options);
    await probe(client, prefix);
    const { dialect } = sharing;
    // No rspamd knows how to share a cluster.
    facts.foundDialect = options.isCluster
      ? dialect ?? 4
      : await findDialect(client, { ...sharing, dialect: undefined }, dialect);
    facts.dialect = dialect ?? facts.foundDialect;
  } catch (error) {
    if (!(error instanceof LinkError || error instanceof StoreError)) {
      throw error;
    }
    facts.problem = error.message;
  }
  const opened = client;
  if (!opened || facts.dialect === undefined) {
    await opened?.close();
    return {
      facts,
      detailsOf: () => Promise.resolve({ quarantined: [] }),
      close: () => Promise.resolve(),
    };
  }
  return {
    facts,
    store: redisStore(opened, facts.dialect),
    detailsOf: async (series) => ({
      lock: await lockOf(opened, series),
      quarantined: await setAsideIn(opened, series),
    }),
    close: () => opened.close(),
  };
}

/** Of the server that takes writes; in a cluster, of one that answers. */
async function serverFacts(
  options: RedisOptions,
  now: () => number,
): Promise<ServerFacts> {
  const link = options.isCluster
    ? await firstOf(
      options.servers,
      (address) => Link.open(address, options),
    )
    : await findMaster(options);
  try {
    return await askServer(link, formatAddress(link.address), now);
  } finally {
    await link.close();
  }
}

/**
 * Writes keys named like those of a store, and removes them again.
 *
 * @throws {StoreError} (as a rejection) when that is refused
 */
async function probe(client: RedisClient, prefix: string): Promise<void> {
  const name = PROBE + crypto.randomUUID();
  const keys = [
    ...client.keysEverywhere(name),
    client.keys.profiles(`${prefix}3_${name}`),
  ];
  for (const key of keys) {
    await client.ask("SET", key, "", "NX", "PX", PROBE_MS);
    await client.ask("DEL", key);
  }
}

/** As `lock.lua` sees it: neurald's, or that of an rspamd that trains. */
async function lockOf(client: RedisClient, series: Series) {
  const [, state] = client.keys.of(series);
  const places = [[state, "holder"]];
  const newest = (await readProfiles(client, series))
    .find(({ isNewest }) => isNewest);
  if (newest) places.push([newest.profile.redis_key, "hostname"]);
  for (const [key, holder] of places) {
    const [at, by] = list(await client.ask("HMGET", key, "lock", holder));
    if (at === null || by === null) continue;
    return { holder: text(by), at: Number(text(at)) };
  }
}

async function setAsideIn(client: RedisClient, series: Series) {
  const key = client.keys.of(series)[8];
  const entries = list(
    await client.ask("LRANGE", key, "0", String(MOST_REASONS - 1)),
  );
  return countReasons(
    entries.map((entry) => text(entry).split("\n", 3)[REASON_LINE] ?? ""),
  );
}
