import { compareNames } from "../../features/symbol_names.ts";
import type { PluginVersion, Series, Store } from "../store.ts";
import type { Argument, Connection } from "./connection.ts";
import { keysInUse, keysOf, trainingsKey } from "./keys.ts";
import { RedisPool } from "./pool.ts";
import { readProfiles } from "./profiles.ts";
import { Registry } from "./registry.ts";
import { fieldsOf, list, profileOf, text } from "./replies.ts";
import type { SCRIPTS } from "./scripts.ts";

/** Written to find out whether Redis takes writes. */
const HEALTH_KEY = "neurald_health";
const HEALTH_SECONDS = "3600";

/**
 * A store in a Redis, which rspamd may share. It ends with the connection.
 *
 * @param pluginVersion of the rspamd that shares it, or would
 */
export function redisStore(
  connection: Connection,
  pluginVersion: PluginVersion = 3,
): Store {
  const registry = new Registry(connection);
  const pool = new RedisPool(connection, registry);
  const run = (
    script: keyof typeof SCRIPTS,
    series: Series,
    ...args: Argument[]
  ) => connection.run(script, keysOf(series), args);

  return {
    url: connection.url,
    pluginVersion,

    async check() {
      const now = String(Date.now() / 1000);
      await connection.ask("SET", HEALTH_KEY, now, "EX", HEALTH_SECONDS);
    },

    async series(candidates = []) {
      const names = [...new Set([...await registry.names(), ...candidates])];
      const isUsed = await Promise.all(
        names.map((name) => connection.ask("EXISTS", ...keysInUse(name))),
      );
      return names.filter((_, i) => isUsed[i] !== 0).sort(compareNames);
    },

    profiles: async (series) =>
      (await readProfiles(connection, series))
        .map(({ isNewest: _, ...profile }) => profile),

    async model(series, key) {
      const fields = fieldsOf(await run("model", series, key));
      return Object.keys(fields).length > 0 ? fields : undefined;
    },

    async touch(series, key) {
      await run("touch", series, key);
    },

    async carryOver(series, key, fields) {
      return await run("carryOver", series, key, ...flat(fields)) === 1;
    },

    async tend(series, { serving, expireSeconds }) {
      if (serving !== undefined) {
        await run("keepAlive", series, serving, seconds(expireSeconds));
      }
      await pool.takeIn(series);
    },

    async prune(series, { keep, unusedSeconds, serving }) {
      const dropped = await run(
        "prune",
        series,
        String(keep),
        String(unusedSeconds),
        serving ?? "",
      );
      return list(dropped).map(profileOf)
        .filter((profile) => profile !== undefined);
    },

    counts: (series) => pool.counts(series),
    addSamples: (series, samples, limit) => pool.add(series, samples, limit),
    samples: (series) => pool.read(series),
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
      await registry.note(series);
      // First: whoever dies in between would leave them where nobody looks for
      // vectors once there is a later version.
      await pool.retainVectors(series, settlement.retain);
      const published = await run(
        "publish",
        series,
        holder,
        profile.redis_key,
        JSON.stringify(profile),
        profile.digest,
        record,
        String(settlement.upTo),
        String(settlement.retain),
        seconds(publication.expireSeconds),
        String(pluginVersion),
        ...flat(fields),
      );
      if (published === 1) await pool.dropVectors(series);
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
      const key = trainingsKey(series);
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

/** Names and values in turn. */
function flat(fields: Record<string, Uint8Array>): Argument[] {
  return Object.entries(fields).flatMap(([name, bytes]) => [name, bytes]);
}

/** Redis takes whole seconds, and at least one. */
function seconds(duration: number): string {
  return String(Math.max(1, Math.ceil(duration)));
}
