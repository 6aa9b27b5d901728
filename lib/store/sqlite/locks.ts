import type { DatabaseSync } from "node:sqlite";
import type { Operations } from "./operations.ts";
import type { SeriesId, SeriesNames } from "./series.ts";
import { prepare, text } from "./statement.ts";

/** The training locks. */
export interface Locks
  extends Pick<Operations, "lock" | "extendLock" | "unlock"> {
  /** Releases a lock. False when `holder` does not hold it. */
  release(series: SeriesId, holder: string): boolean;
}

/** The training locks in a database. */
export function trainingLocks(
  database: DatabaseSync,
  series: SeriesNames,
  now: () => number,
): Locks {
  const find = prepare<[SeriesId], { holder: Uint8Array; at: number }>(
    database,
    "SELECT CAST(holder AS BLOB) AS holder, at FROM locks WHERE series = ?",
  );
  const put = prepare<[SeriesId, holder: string, at: number]>(
    database,
    "INSERT OR REPLACE INTO locks (series, holder, at) VALUES (?, ?, ?)",
  );
  const extend = prepare<[at: number, SeriesId, holder: string]>(
    database,
    "UPDATE locks SET at = ? WHERE series = ? AND holder = ?",
  );
  const drop = prepare<[SeriesId, holder: string]>(
    database,
    "DELETE FROM locks WHERE series = ? AND holder = ?",
  );
  const release = (id: SeriesId, holder: string) => drop.run(id, holder) > 0;

  return {
    lock(name, holder, expireSeconds) {
      const id = series.ensure(name);
      const row = find.get(id);
      const current = row && { holder: text(row.holder), at: row.at };
      const at = now();
      // A lock taken in the future dates from before the clock was set back.
      // It is not respected: it could last for ever.
      const isHeld = current !== undefined && current.holder !== holder &&
        current.at <= at && at - current.at < expireSeconds;
      if (isHeld) return current;
      put.run(id, holder, at);
    },

    extendLock: (name, holder) =>
      extend.run(now(), series.find(name), holder) > 0,

    unlock(name, holder) {
      release(series.find(name), holder);
    },

    release,
  };
}
