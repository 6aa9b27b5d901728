/**
 * The semantics of a store in its simplest form: lists in memory.
 *
 * @module
 */

import type {
  ModelFields,
  PoolCounts,
  ProfileRecord,
  Sample,
  SampleOutcome,
  Settlement,
  StoredSamples,
} from "../../lib/store/store.ts";
import type { Operations } from "../../lib/store/sqlite/operations.ts";

const SOURCES = ["hand", "folder", "auto", "vectors"];

interface KeptSample extends Sample {
  id: number;
  isFresh: boolean;
  /** Unix time in seconds, of the full second. */
  at: number;
}

interface KeptModel {
  profile: ProfileRecord;
  fields: ModelFields;
  usedAt: number;
}

function hasModel({ fields }: Pick<KeptModel, "fields">): boolean {
  return Object.keys(fields).length > 0;
}

class Pool {
  samples: KeptSample[] = [];
  quarantined = 0;
  /** In the order of publication. */
  models: KeptModel[] = [];
  lock: { holder: string; at: number } | undefined;
  trainings: { at: number; record: string }[] = [];
  /** What is reserved, by day, prefix and class. */
  taken = new Map<string, number>();
}

/**
 * A store over lists.
 *
 * @param now unix time in seconds
 */
export function referenceStore(now: () => number): Operations {
  const pools = new Map<string, Pool>();
  let lastId = 0;

  function poolOf(series: string): Pool {
    let pool = pools.get(series);
    if (pool === undefined) pools.set(series, pool = new Pool());
    return pool;
  }

  function byUse(pool: Pool): KeptModel[] {
    return pool.models.toReversed().sort((a, b) => b.usedAt - a.usedAt);
  }

  function addOne(pool: Pool, sample: Sample, limit: number): SampleOutcome {
    const ofMessage = sample.message &&
      pool.samples.find((kept) =>
        String(kept.message) === String(sample.message)
      );
    const known = ofMessage ??
      pool.samples.find((kept) =>
        String(kept.features) === String(sample.features)
      );
    if (known) {
      // As SQLite, which gives it to what turns out to be known.
      lastId++;
      if (known.class === sample.class) {
        if (known.source === "auto") known.source = sample.source;
        known.message ??= sample.message;
        return "known";
      }
      if (known.source !== "auto" && sample.source === "auto") {
        return "overruled";
      }
    }
    pool.samples = pool.samples.filter((kept) => kept !== known);
    pool.samples.push({
      ...sample,
      features: known?.features ?? sample.features,
      message: known?.message ?? sample.message,
      id: ++lastId,
      isFresh: true,
      at: Math.floor(now()),
    });
    const ofClass = pool.samples.filter((kept) => kept.class === sample.class);
    const leaving = ofClass
      .sort((a, b) => Number(a.isFresh) - Number(b.isFresh) || a.id - b.id)
      .slice(0, Math.max(0, ofClass.length - limit));
    pool.samples = pool.samples.filter((kept) => !leaving.includes(kept));
    return known === undefined ? "added" : "moved";
  }

  function settle(pool: Pool, { upTo, retain }: Settlement) {
    for (const kept of pool.samples) {
      if (kept.id <= upTo) kept.isFresh = false;
    }
    const staying = ["spam", "ham"].flatMap((mailClass) =>
      pool.samples
        .filter((kept) => kept.class === mailClass && !kept.isFresh)
        .toReversed()
        .slice(0, retain)
    );
    pool.samples = pool.samples.filter((kept) =>
      kept.isFresh || staying.includes(kept)
    );
  }

  function holds(pool: Pool, holder: string): boolean {
    return pool.lock?.holder === holder;
  }

  function count(pool: Pool, isFresh: boolean, mailClass: string): number {
    return pool.samples.filter((kept) =>
      kept.isFresh === isFresh && kept.class === mailClass
    ).length;
  }

  function countsOf(pool: Pool): PoolCounts {
    const counts = (isFresh: boolean) => ({
      spam: count(pool, isFresh, "spam"),
      ham: count(pool, isFresh, "ham"),
    });
    return {
      fresh: counts(true),
      retained: counts(false),
      quarantined: pool.quarantined,
    };
  }

  function isUsed(pool: Pool): boolean {
    const { samples, quarantined, models, trainings } = pool;
    return samples.length + quarantined + models.length + trainings.length > 0;
  }

  function stateOf(pool: Pool): string {
    return byUse(pool).map(({ profile, usedAt, fields }) => {
      return `${profile.redis_key} ${usedAt} ${Number(hasModel({ fields }))}`;
    }).join();
  }

  return {
    check() {},

    series: () =>
      [...pools].filter(([_, pool]) => isUsed(pool)).map(([name]) => name)
        .sort(),

    overview: (all) =>
      all.map(poolOf).map((pool) => ({
        isUsed: isUsed(pool),
        counts: countsOf(pool),
        state: stateOf(pool),
      })),

    profiles: (series) =>
      byUse(poolOf(series)).map(({ profile, usedAt, fields }) => ({
        profile,
        usedAt,
        hasModel: hasModel({ fields }),
        isAdopted: false,
      })),

    model(series, key, names) {
      const all = poolOf(series).models
        .find(({ profile }) => profile.redis_key === key)?.fields ?? {};
      const fields = Object.fromEntries(
        Object.entries(all).filter(([name]) => names?.includes(name) ?? true),
      );
      return hasModel({ fields }) ? fields : undefined;
    },

    touch(series, key) {
      for (const model of poolOf(series).models) {
        if (model.profile.redis_key === key) model.usedAt = now();
      }
    },

    carryOver(series, key, profile, fields) {
      const { models } = poolOf(series);
      const find = (key: string) =>
        models.find(({ profile }) => profile.redis_key === key);
      const before = find(key);
      if (!before || Object.keys(before.fields).length > 0) return false;
      if (find(profile.redis_key)) return false;
      models.push({ profile, fields, usedAt: now() });
      return true;
    },

    prune(series, { keep, unusedSeconds, serving }) {
      const pool = poolOf(series);
      const usedBefore = now() - unusedSeconds;
      const all = byUse(pool);
      const models = all.filter(hasModel);
      const dropped = all
        .filter((model, rank) =>
          hasModel(model)
            ? models.indexOf(model) >= keep
            : rank >= keep || model.usedAt < usedBefore
        )
        .filter(({ profile }) => profile.redis_key !== serving);
      pool.models = pool.models.filter((model) => !dropped.includes(model));
      return dropped.map(({ profile }) => profile);
    },

    remove(series, key) {
      const pool = poolOf(series);
      const before = pool.models.length;
      pool.models = pool.models.filter(({ profile }) =>
        profile.redis_key !== key
      );
      return pool.models.length < before;
    },

    counts: (series) => countsOf(poolOf(series)),

    pool(series) {
      const { samples } = poolOf(series);
      const all = Map.groupBy(
        samples,
        (kept) =>
          JSON.stringify([
            kept.class,
            kept.isFresh,
            SOURCES.indexOf(kept.source),
          ]),
      );
      return [...all].sort(([a], [b]) => a < b ? -1 : 1).map(([_, group]) => ({
        class: group[0].class,
        source: group[0].source,
        fresh: group[0].isFresh,
        samples: group.length,
        oldest: Math.min(...group.map(({ at }) => at)),
        newest: Math.max(...group.map(({ at }) => at)),
      }));
    },

    addSamples: (series, samples, limit) =>
      samples.map((sample) => addOne(poolOf(series), sample, limit)),

    reserve(series, { prefix, class: mailClass, wanted, limit }) {
      const { taken } = poolOf(series);
      const day = Math.floor(now() / 86_400);
      const key = JSON.stringify([day, prefix, mailClass]);
      const before = taken.get(key) ?? 0;
      const granted = Math.max(0, Math.min(wanted, limit - before));
      taken.set(key, before + granted);
      return granted;
    },

    samples(series): StoredSamples {
      const { samples } = poolOf(series);
      let end = 0;
      return {
        bytes: Uint8Array.from(samples.flatMap((kept) => [...kept.features])),
        ends: Uint32Array.from(samples, (kept) => end += kept.features.length),
        isSpam: Uint8Array.from(samples, (kept) => +(kept.class === "spam")),
        isFresh: Uint8Array.from(samples, (kept) => +kept.isFresh),
        ids: Float64Array.from(samples, (kept) => kept.id),
      };
    },

    takeIn: (series) => poolOf(series).samples.at(-1)?.id ?? 0,

    quarantine(series, entries) {
      const pool = poolOf(series);
      const ids = entries.map(({ id }) => id);
      const staying = pool.samples.filter((kept) => !ids.includes(kept.id));
      pool.quarantined += pool.samples.length - staying.length;
      pool.samples = staying;
    },

    lock(series, holder, expireSeconds) {
      const pool = poolOf(series);
      const { lock } = pool;
      const age = now() - (lock?.at ?? 0);
      const isHeld = lock !== undefined && lock.holder !== holder &&
        age >= 0 && age < expireSeconds;
      if (isHeld) return lock;
      pool.lock = { holder, at: now() };
    },

    extendLock(series, holder) {
      const pool = poolOf(series);
      if (!holds(pool, holder)) return false;
      pool.lock = { holder, at: now() };
      return true;
    },

    unlock(series, holder) {
      const pool = poolOf(series);
      if (holds(pool, holder)) pool.lock = undefined;
    },

    publish(series, holder, { profile, fields, settlement, record }) {
      const pool = poolOf(series);
      if (!holds(pool, holder)) return false;
      pool.lock = undefined;
      pool.models = pool.models.filter((model) =>
        model.profile.redis_key !== profile.redis_key
      );
      pool.models.push({ profile, fields, usedAt: now() });
      if (settlement !== undefined) settle(pool, settlement);
      pool.trainings.push({ at: now(), record });
      return true;
    },

    recordTraining(series, holder, record, settlement) {
      const pool = poolOf(series);
      if (holds(pool, holder)) {
        pool.lock = undefined;
        if (settlement !== undefined) settle(pool, settlement);
      }
      pool.trainings.push({ at: now(), record });
    },

    trainings: (series, limit) =>
      poolOf(series).trainings.toReversed().slice(0, limit),
  };
}
