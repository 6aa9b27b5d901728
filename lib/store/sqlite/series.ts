import type { DatabaseSync } from "node:sqlite";
import type { Series } from "../store.ts";
import { prepare, text } from "./statement.ts";

/** Identifies a series in the database. */
export type SeriesId = number;

/** The names of series, and the numbers that stand for them. */
export interface SeriesNames {
  /** The number of a series, or 0, which no series has. */
  find(name: Series): SeriesId;
  /** The number of a series, which gets one if it has none. */
  ensure(name: Series): SeriesId;
  /** The series that have a sample, a profile or a training record. */
  used(): Series[];
  /** Whether a series has any of these. */
  isUsed(name: Series): boolean;
}

const IS_USED = ["samples", "quarantine", "profiles", "trainings"]
  .map((table) => `EXISTS (SELECT 1 FROM ${table} WHERE series = series.id)`)
  .join(" OR ");

/** The names of series in a database. */
export function seriesNames(database: DatabaseSync): SeriesNames {
  const find = prepare<[name: string], { id: SeriesId }>(
    database,
    "SELECT id FROM series WHERE name = ?",
  );
  const insert = prepare<[name: string], { id: SeriesId }>(
    database,
    "INSERT INTO series (name) VALUES (?) RETURNING id",
  );
  const used = prepare<[], { name: Uint8Array }>(
    database,
    `SELECT CAST(name AS BLOB) AS name FROM series WHERE ${IS_USED}
      ORDER BY name`,
  );
  const isUsed = prepare<[name: string], { id: SeriesId }>(
    database,
    `SELECT id FROM series WHERE name = ? AND (${IS_USED})`,
  );
  const idOf = (name: Series) => find.get(name)?.id ?? 0;
  return {
    find: idOf,
    ensure: (name) => idOf(name) || insert.get(name)!.id,
    isUsed: (name) => isUsed.get(name) !== undefined,
    used: () => used.all().map(({ name }) => text(name)),
  };
}
