import { compareNames } from "../../features/symbol_names.ts";
import type { ModelFields, ProfileRecord, Series, Store } from "../store.ts";
import type { RedisClient } from "./client.ts";
import {
  type Dialect,
  findDialect,
  pluginVersionOf,
  type Sharing,
} from "./dialect.ts";
import type { Argument } from "./link.ts";
import { Overviews } from "./overview.ts";
import { RedisPool } from "./pool.ts";
import { poolGroups } from "./pool_groups.ts";
import { readProfiles } from "./profiles.ts";
import { Registry } from "./registry.ts";
import { fieldsOf, list, profileOf, text } from "./replies.ts";
import type { ScriptName } from "./scripts.ts";
import { takeOver } from "./take_over.ts";

/** Written to find out whether Redis takes writes. */
const HEALTH_KEY = "neurald_health";
const HEALTH_SECONDS = "3600";

/**
 * A store in a Redis, which rspamd may share. It ends with the connection.
 *
 * @param dialect of the rspamd that shares it, or would
 * @param sharing how to find out when that is another one
 */
export function redisStore(
  connection: RedisClient,
  dialect: Dialect = 4,
  sharing?: Sharing,
): Store {
  const { keys } = connection;
  const registry = new Registry(connection);
  const pool = new RedisPool(connection, registry, () => dialect);
  const overviews = new Overviews(connection);
  const run = (
    script: ScriptName,
    series: Series,
    ...args: Argument[]
  ) => connection.run(script, keys.of(series), args);
  /** A profile as it is outside of Redis. */
  const fromRedis = (series: Series, profile: ProfileRecord) => ({
    ...profile,
    redis_key: keys.modelAt(series, profile.redis_key),
  });

  return {
    url: connection.url,
    get pluginVersion() {
      return pluginVersionOf(dialect);
    },

    async followRspamd() {
      if (!sharing || sharing.dialect !== undefined) return false;
      const before = pluginVersionOf(dialect);
      const found = await findDialect(connection, sharing, dialect);
      await takeOver(connection, sharing, found);
      // Last, so that whoever is interrupted finds it out again.
      dialect = found;
      return pluginVersionOf(dialect) !== before;
    },

    async check() {
      const now = String(Date.now() / 1000);
      await Promise.all(
        connection.keysEverywhere(HEALTH_KEY).map((key) =>
          connection.ask("SET", key, now, "EX", HEALTH_SECONDS)
        ),
      );
    },

    series: async () => (await registry.names()).sort(compareNames),

    overview: (series) => overviews.of(series),

    profiles: async (series) =>
      (await readProfiles(connection, series))
        .map(({ isNewest: _, profile, ...rest }) => ({
          profile: fromRedis(series, profile),
          ...rest,
        })),

    async model(series, key, names = []) {
      const fields = fieldsOf(
        await run("model", series, keys.ofModel(series, key), ...names),
      );
      return Object.keys(fields).length > 0 ? fields : undefined;
    },

    async touch(series, key) {
      await run("touch", series, keys.ofModel(series, key));
    },

    async carryOver(series, key, profile, fields) {
      const place = keys.ofModel(series, profile.redis_key);
      const carried = await run(
        "carryOver",
        series,
        keys.ofModel(series, key),
        place,
        JSON.stringify({ ...profile, redis_key: place }),
        ...flat(fieldsIn(dialect, fields)),
      );
      return carried === 1;
    },

    async tend(series, { serving, keep, expireSeconds }) {
      await run(
        "keepAlive",
        series,
        String(keep),
        seconds(expireSeconds),
        serving === undefined ? "" : keys.ofModel(series, serving),
      );
      await pool.takeInOld(series);
      await pool.sweep(series);
    },

    async prune(series, { keep, unusedSeconds, serving }) {
      const dropped = await run(
        "prune",
        series,
        String(keep),
        String(unusedSeconds),
        serving === undefined ? "" : keys.ofModel(series, serving),
      );
      return list(dropped).map(profileOf)
        .filter((profile) => profile !== undefined)
        .map((profile) => fromRedis(series, profile));
    },

    remove: async (series, key) =>
      await run("remove", series, keys.ofModel(series, key)) === 1,

    counts: (series) => pool.counts(series),
    pool: (series) => poolGroups(connection, series),
    addSamples: (series, samples, limit) => pool.add(series, samples, limit),

    async reserve(series, { prefix, class: mailClass, wanted, limit }) {
      const granted = await run(
        "reserve",
        series,
        keys.ofModel(series, `${prefix}_${series}_${mailClass}`),
        String(wanted),
        String(limit),
      );
      return granted as number;
    },

    samples: (series) => pool.read(series),
    takeIn: (series) => pool.takeInAll(series),
    quarantine: (series, entries) => pool.quarantine(series, entries),

    async lock(series, holder, expireSeconds) {
      const reply = await run("lock", series, holder, String(expireSeconds));
      if (reply === 1) return;
      const [at, by] = list(reply);
      return { holder: text(by), at: Number(text(at)) };
    },

    extendLock: async (series, holder) =>
      await run("extendLock", series, holder) === 1,

    async unlock(series, holder) {
      await run("unlock", series, holder);
    },

    async publish(series, holder, publication) {
      const { profile, fields, settlement, record } = publication;
      const place = keys.ofModel(series, profile.redis_key);
      await registry.note(series);
      // First: whoever dies in between would leave them where nobody looks for
      // vectors once there is a later version.
      if (settlement) await pool.retainVectors(series, settlement.retain);
      const published = await run(
        "publish",
        series,
        holder,
        place,
        JSON.stringify({ ...profile, redis_key: place }),
        profile.digest,
        record,
        settlement ? String(settlement.upTo) : "",
        settlement ? String(settlement.retain) : "",
        seconds(publication.expireSeconds),
        String(dialect),
        ...flat(fieldsIn(dialect, fields)),
      );
      if (published === 1 && settlement) await pool.dropVectors(series);
      return published === 1;
    },

    async recordTraining(series, holder, record, settlement) {
      const args = settlement
        ? [String(settlement.upTo), String(settlement.retain)]
        : [];
      await registry.note(series);
      const wasHeld = await run(
        "recordTraining",
        series,
        holder,
        record,
        ...args,
      );
      if (wasHeld === 1 && settlement) {
        await pool.retainVectors(series, settlement.retain);
        await pool.dropVectors(series);
      }
    },

    async trainings(series, limit) {
      const key = keys.trainings(series);
      const newest = await connection.ask("LRANGE", key, "0", `${limit - 1}`);
      return list(newest).map((reply) => {
        const entry = text(reply);
        const space = entry.indexOf(" ");
        return {
          at: Number(entry.slice(0, space)),
          record: entry.slice(space + 1),
        };
      });
    },

    close: () => connection.close(),
  };
}

/** What a model has in a dialect: nothing that its rspamd does not know. */
function fieldsIn(dialect: Dialect, fields: ModelFields): ModelFields {
  if (dialect > 2) return fields;
  const { roc_thresholds: _, ...others } = fields;
  return others;
}

/** Names and values in turn. */
function flat(fields: ModelFields): Argument[] {
  return Object.entries(fields).flatMap(([name, bytes]) => [name, bytes]);
}

/** Redis takes whole seconds, and at least one. */
function seconds(duration: number): string {
  return String(Math.max(1, Math.ceil(duration)));
}
