import type { DatabaseSync } from "node:sqlite";
import type { PoolCounts, Settlement } from "../store.ts";
import type { Operations } from "./operations.ts";
import type { SeriesId, SeriesNames } from "./series.ts";
import { SOURCES } from "./sources.ts";
import { prepare } from "./statement.ts";

/** How many samples of a series are kept in quarantine. */
const QUARANTINE_LIMIT = 1_000;

/** What trainings do to samples. */
export interface Pool
  extends Pick<Operations, "counts" | "pool" | "quarantine"> {
  /** Retains the newest samples that took part, and drops the older ones. */
  settle(series: SeriesId, settlement: Settlement): void;
}

/** The pools of samples in a database. */
export function samplePool(
  database: DatabaseSync,
  series: SeriesNames,
  now: () => number,
): Pool {
  const pools = prepare<
    [SeriesId],
    { is_spam: number; is_fresh: number; samples: number }
  >(
    database,
    "SELECT is_spam, is_fresh, samples FROM pools WHERE series = ?",
  );
  const quarantined = prepare<[SeriesId], { samples: number }>(
    database,
    "SELECT count(*) AS samples FROM quarantine WHERE series = ?",
  );
  const groups = prepare<
    [SeriesId],
    {
      is_spam: number;
      is_fresh: number;
      source: number;
      samples: number;
      oldest: number | null;
      newest: number | null;
    }
  >(
    database,
    `SELECT is_spam, is_fresh, source, count(*) AS samples,
        min(at) AS oldest, max(at) AS newest
      FROM samples WHERE series = ? GROUP BY is_spam, is_fresh, source`,
  );
  const setAside = prepare<
    [reason: string, at: number, SeriesId, sample: number]
  >(
    database,
    `INSERT INTO quarantine (reason, at, series, sample, is_spam, features)
      SELECT ?, ?, series, id, is_spam, features FROM samples
        WHERE series = ? AND id = ?`,
  );
  const drop = prepare<[SeriesId, sample: number]>(
    database,
    "DELETE FROM samples WHERE series = ? AND id = ?",
  );
  const trimQuarantine = prepare<[SeriesId, keep: number]>(
    database,
    `DELETE FROM quarantine WHERE id IN (
      SELECT id FROM quarantine WHERE series = ?
        ORDER BY id DESC LIMIT -1 OFFSET ?)`,
  );
  const retain = prepare<[SeriesId, isSpam: number, upTo: number]>(
    database,
    `UPDATE samples SET is_fresh = 0
      WHERE series = ? AND is_spam = ? AND is_fresh = 1 AND id <= ?`,
  );
  const trimRetained = prepare<[SeriesId, isSpam: number, keep: number]>(
    database,
    `DELETE FROM samples WHERE id IN (
      SELECT id FROM samples WHERE series = ? AND is_spam = ? AND is_fresh = 0
        ORDER BY id DESC LIMIT -1 OFFSET ?)`,
  );

  return {
    counts(name) {
      const id = series.find(name);
      const counts: PoolCounts = {
        fresh: { spam: 0, ham: 0 },
        retained: { spam: 0, ham: 0 },
        quarantined: quarantined.get(id)!.samples,
      };
      for (const { is_spam, is_fresh, samples } of pools.all(id)) {
        const state = is_fresh === 1 ? counts.fresh : counts.retained;
        state[is_spam === 1 ? "spam" : "ham"] = samples;
      }
      return counts;
    },

    pool: (name) =>
      groups.all(series.find(name)).map((group) => ({
        class: group.is_spam === 1 ? "spam" : "ham",
        source: SOURCES[group.source],
        fresh: group.is_fresh === 1,
        samples: group.samples,
        oldest: group.oldest ?? undefined,
        newest: group.newest ?? undefined,
      })),

    quarantine(name, entries) {
      const id = series.find(name);
      for (const entry of entries) {
        setAside.run(entry.reason, now(), id, entry.id);
        drop.run(id, entry.id);
      }
      trimQuarantine.run(id, QUARANTINE_LIMIT);
    },

    settle(id, settlement) {
      for (const isSpam of [1, 0]) {
        retain.run(id, isSpam, settlement.upTo);
        trimRetained.run(id, isSpam, settlement.retain);
      }
    },
  };
}
