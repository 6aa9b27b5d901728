import type { DatabaseSync } from "node:sqlite";
import type { Operations } from "./operations.ts";
import type { SeriesId, SeriesNames } from "./series.ts";
import { prepare, text } from "./statement.ts";

/** How many training records of a series are kept. */
const TRAININGS_LIMIT = 100;

/** What trainings came to. */
export interface Trainings extends Pick<Operations, "trainings"> {
  /** Adds a record, and drops the oldest beyond the limit. */
  add(series: SeriesId, record: string): void;
}

/** The training records in a database. */
export function trainingRecords(
  database: DatabaseSync,
  series: SeriesNames,
  now: () => number,
): Trainings {
  const insert = prepare<[SeriesId, at: number, record: string]>(
    database,
    "INSERT INTO trainings (series, at, record) VALUES (?, ?, ?)",
  );
  const trim = prepare<[SeriesId, keep: number]>(
    database,
    `DELETE FROM trainings WHERE id IN (
      SELECT id FROM trainings WHERE series = ?
        ORDER BY id DESC LIMIT -1 OFFSET ?)`,
  );
  const newest = prepare<
    [SeriesId, limit: number],
    { at: number; record: Uint8Array }
  >(
    database,
    `SELECT at, CAST(record AS BLOB) AS record FROM trainings
      WHERE series = ? ORDER BY id DESC LIMIT ?`,
  );

  return {
    trainings: (name, limit) =>
      newest.all(series.find(name), limit)
        .map(({ at, record }) => ({ at, record: text(record) })),

    add(id, record) {
      insert.run(id, now(), record);
      trim.run(id, TRAININGS_LIMIT);
    },
  };
}
