/**
 * Reads what the file of a SQLite store says of itself.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { countReasons, type SeriesDetails } from "../series_details.ts";
import type { Series } from "../store.ts";
import { urlOf } from "./database.ts";
import { toStoreError } from "./errors.ts";
import type { FileContents } from "./facts.ts";
import { openToRead } from "./read_only.ts";
import { MIGRATIONS, versionOf } from "./schema.ts";
import { prepare, text } from "./statement.ts";

/** So many of the newest samples that were set aside tell why. */
const MOST_REASONS = 10_000;

/** To look through more takes longer than people wait. */
const LARGE_BYTES = 512 * 2 ** 20;

/** So many series are told of. */
const MOST_SERIES = 1_000;

/**
 * Reads a file, and looks through it for damage.
 *
 * @param path absolute
 * @param checkMs how long looking for damage may take: when the time is over,
 * the table that is looked at is the last one
 * @throws {import("../store.ts").StoreError} when it cannot be read, is
 * another application's, or of a newer version
 */
export function readContents(path: string, checkMs: number): FileContents {
  const url = urlOf(path);
  const database = openToRead(path);
  try {
    const newestVersion = MIGRATIONS.length;
    const version = versionOf(database, url, newestVersion);
    const mode = database.prepare("PRAGMA journal_mode").get();
    const checked = Deno.statSync(path).size > LARGE_BYTES
      ? { isChecked: false }
      : lookThrough(database, checkMs);
    const isSound = version > 0 && checked.damage === undefined;
    return {
      version,
      newestVersion,
      journalMode: String(mode?.journal_mode),
      ...checked,
      latest: isSound ? latestTime(database, version) : undefined,
      details: isSound ? detailsIn(database) : new Map(),
    };
  } catch (error) {
    throw toStoreError(url, error);
  } finally {
    database.close();
  }
}

/** One table after the other, as long as there is time. */
function lookThrough(
  database: DatabaseSync,
  limitMs: number,
): Pick<FileContents, "damage" | "isChecked"> {
  const until = performance.now() + limitMs;
  const tables = prepare<[], { name: string }>(
    database,
    "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
  ).all();
  for (const { name } of tables) {
    if (performance.now() > until) return { isChecked: false };
    const row = database.prepare(`PRAGMA quick_check('${name}')`).get();
    const finding = String(Object.values(row ?? {})[0]);
    if (finding !== "ok") {
      return { damage: finding.split("\n").at(-1), isChecked: false };
    }
  }
  return { isChecked: true };
}

/** What is written at the end of each table is what was written last. */
function latestTime(
  database: DatabaseSync,
  version: number,
): number | undefined {
  const columns = [
    "SELECT max(checked_at) AS at FROM health",
    "SELECT max(used_at) AS at FROM profiles",
    "SELECT at FROM trainings WHERE id = (SELECT max(id) FROM trainings)",
    "SELECT max(at) AS at FROM locks",
    // Version 1 does not note it.
    ...version > 1
      ? ["SELECT at FROM samples WHERE id = (SELECT max(id) FROM samples)"]
      : [],
  ];
  const times = columns.map((sql) => database.prepare(sql).get()?.at)
    .filter((at) => typeof at === "number");
  return times.length > 0 ? Math.max(...times) : undefined;
}

function detailsIn(database: DatabaseSync): Map<Series, SeriesDetails> {
  const details = new Map<Series, SeriesDetails>();
  const detailsOf = (name: Uint8Array) => {
    const series = text(name);
    if (!details.has(series)) details.set(series, { quarantined: [] });
    return details.get(series)!;
  };
  const locks = prepare<
    [limit: number],
    { name: Uint8Array; holder: Uint8Array; at: number }
  >(
    database,
    `SELECT CAST(name AS BLOB) AS name, CAST(holder AS BLOB) AS holder, at
      FROM locks JOIN series ON series.id = locks.series LIMIT ?`,
  );
  for (const { name, holder, at } of locks.all(MOST_SERIES)) {
    detailsOf(name).lock = { holder: text(holder), at };
  }
  const reasons = prepare<
    [limit: number],
    { name: Uint8Array; reason: string }
  >(
    database,
    `SELECT CAST(name AS BLOB) AS name, reason
      FROM quarantine JOIN series ON series.id = quarantine.series
      ORDER BY quarantine.id DESC LIMIT ?`,
  );
  const byName = Map.groupBy(
    reasons.all(MOST_REASONS),
    ({ name }) => text(name),
  );
  for (const rows of byName.values()) {
    detailsOf(rows[0].name).quarantined = countReasons(
      rows.map(({ reason }) => reason),
    );
  }
  return details;
}
