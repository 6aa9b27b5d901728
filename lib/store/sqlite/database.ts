/**
 * Opens the database of a SQLite store.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { resolve } from "node:path";
import { toStoreError } from "./errors.ts";
import { prepareFile } from "./file.ts";
import { migrate, MIGRATIONS } from "./schema.ts";

/** The path that stands for a database in memory. */
export const IN_MEMORY = ":memory:";

/** Options of {@linkcode openDatabase}. */
export interface DatabaseOptions {
  /**
   * How long to wait for another process that has the file locked, in
   * milliseconds; 5,000 by default.
   */
  busyTimeoutMs?: number;
  /** As {@linkcode MIGRATIONS}, which is the default. */
  migrations?: readonly string[];
}

/**
 * Opens a store's database, creates it if it is not there, and brings it to
 * the newest version.
 *
 * @param path of the file, or {@linkcode IN_MEMORY}
 * @throws {StoreError} saying what is wrong with the file and what to do; the
 * file is untouched then
 */
export function openDatabase(
  path: string,
  { busyTimeoutMs = 5_000, migrations = MIGRATIONS }: DatabaseOptions = {},
): DatabaseSync {
  const url = urlOf(path);
  let database: DatabaseSync | undefined;
  try {
    const location = path === IN_MEMORY ? path : resolve(path);
    if (location !== IN_MEMORY) {
      prepareFile(location, url, migrations.length);
    }
    // Off until the migration is done: it may have to replace tables that
    // others refer to.
    database = new DatabaseSync(location, {
      enableForeignKeyConstraints: false,
    });
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    migrate(database, url, migrations);
    database.exec(PRAGMAS);
    return database;
  } catch (error) {
    database?.close();
    throw toStoreError(url, error);
  }
}

/** The URL of the store in a file, for people. */
export function urlOf(path: string): string {
  return `sqlite:${path}`;
}

/**
 * With a write-ahead log and `synchronous = FULL`, a commit is one write and
 * one fsync, and what was committed outlives a loss of power. The log is
 * moved into the file every 1,000 pages (4 MB), and is cut back when a large
 * transaction made it longer than 16 MB.
 *
 * The log is turned on after the file was created, in one piece, in the mode
 * that a new file is in; so there is never a file without its application id.
 */
const PRAGMAS = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 1000;
PRAGMA journal_size_limit = 16777216;
PRAGMA foreign_keys = ON;
`;
