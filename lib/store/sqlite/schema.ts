/**
 * The tables of the SQLite store, and how a file of an older version becomes
 * one of this version.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "../store.ts";
import { rollBack } from "./transaction.ts";

/** Marks a SQLite file as neurald's (`PRAGMA application_id`): "nrld". */
export const APPLICATION_ID = 0x6e726c64;

const VERSION_1 = `
CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- A sample that moves to the other class gets a new id, so that the order of
-- ids is the order of arrival.
CREATE TABLE samples (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  series INTEGER NOT NULL REFERENCES series (id),
  is_spam INTEGER NOT NULL CHECK (is_spam IN (0, 1)),
  is_fresh INTEGER NOT NULL CHECK (is_fresh IN (0, 1)),
  digest BLOB NOT NULL,
  features BLOB NOT NULL,
  UNIQUE (series, digest)
) STRICT;

-- Both end with the id, as every index of a table with row ids does.
CREATE INDEX samples_in_order ON samples (series);
CREATE INDEX samples_by_age ON samples (series, is_spam, is_fresh);

-- How many samples there are of each kind, so that nobody has to count them.
-- Only the triggers below write it.
CREATE TABLE pools (
  series INTEGER NOT NULL REFERENCES series (id),
  is_spam INTEGER NOT NULL,
  is_fresh INTEGER NOT NULL,
  samples INTEGER NOT NULL,
  PRIMARY KEY (series, is_spam, is_fresh)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER sample_added AFTER INSERT ON samples BEGIN
  INSERT INTO pools VALUES (new.series, new.is_spam, new.is_fresh, 1)
    ON CONFLICT DO UPDATE SET samples = samples + 1;
END;

CREATE TRIGGER sample_dropped AFTER DELETE ON samples BEGIN
  UPDATE pools SET samples = samples - 1
    WHERE series = old.series AND is_spam = old.is_spam
      AND is_fresh = old.is_fresh;
END;

CREATE TRIGGER sample_settled AFTER UPDATE OF is_fresh ON samples BEGIN
  UPDATE pools SET samples = samples - 1
    WHERE series = old.series AND is_spam = old.is_spam
      AND is_fresh = old.is_fresh;
  INSERT INTO pools VALUES (new.series, new.is_spam, new.is_fresh, 1)
    ON CONFLICT DO UPDATE SET samples = samples + 1;
END;

-- Samples that could not be read, for people to look at.
CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  series INTEGER NOT NULL REFERENCES series (id),
  sample INTEGER NOT NULL,
  is_spam INTEGER NOT NULL,
  features BLOB NOT NULL,
  reason TEXT NOT NULL,
  at REAL NOT NULL
) STRICT;

CREATE INDEX quarantine_in_order ON quarantine (series);

-- The record is JSON.
CREATE TABLE profiles (
  id INTEGER PRIMARY KEY,
  series INTEGER NOT NULL REFERENCES series (id),
  key TEXT NOT NULL,
  record TEXT NOT NULL,
  used_at REAL NOT NULL,
  UNIQUE (series, key)
) STRICT;

CREATE TABLE model_fields (
  profile INTEGER NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (profile, name)
) STRICT;

CREATE TABLE locks (
  series INTEGER PRIMARY KEY REFERENCES series (id),
  holder TEXT NOT NULL,
  at REAL NOT NULL
) STRICT;

CREATE TABLE trainings (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  series INTEGER NOT NULL REFERENCES series (id),
  at REAL NOT NULL,
  record TEXT NOT NULL
) STRICT;

CREATE INDEX trainings_in_order ON trainings (series);

-- Written to find out whether the file can be written.
CREATE TABLE health (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  checked_at REAL NOT NULL
) STRICT;
`;

const VERSION_2 = `
-- A number of lib/store/sqlite/sources.ts.
ALTER TABLE samples ADD COLUMN source INTEGER NOT NULL DEFAULT 0;
-- Unix time in seconds.
ALTER TABLE samples ADD COLUMN at INTEGER;
-- Identifies the message.
ALTER TABLE samples ADD COLUMN message BLOB;

CREATE UNIQUE INDEX samples_by_message ON samples (series, message)
  WHERE message IS NOT NULL;

-- How many of what a day may have are taken: days since 1970 in UTC.
CREATE TABLE reservations (
  day INTEGER NOT NULL,
  series INTEGER NOT NULL REFERENCES series (id),
  prefix TEXT NOT NULL,
  is_spam INTEGER NOT NULL,
  taken INTEGER NOT NULL,
  PRIMARY KEY (day, series, prefix, is_spam)
) STRICT, WITHOUT ROWID;
`;

/**
 * The SQL that leads from each version to the next: the first script makes
 * version 1 out of nothing, the second makes version 2 out of version 1.
 * A script that was released is never changed.
 */
export const MIGRATIONS: readonly string[] = [VERSION_1, VERSION_2];

/**
 * The version of a database: 0 when it is empty.
 *
 * @param newest the newest version that can be read
 * @throws {StoreError} if it is another application's, or newer than `newest`
 */
export function versionOf(
  database: DatabaseSync,
  url: string,
  newest: number,
): number {
  const application = numberFrom(database, "PRAGMA application_id");
  const version = numberFrom(database, "PRAGMA user_version");
  if (application === APPLICATION_ID) {
    if (version <= newest) return version;
    throw new StoreError(
      `${url}: the file was written by a newer neurald (its version is ` +
        `${version}, this neurald reads up to ${newest}); ` +
        "install the newer neurald, or name another file",
    );
  }
  const isEmpty = application === 0 && version === 0 &&
    numberFrom(database, "SELECT count(*) FROM sqlite_schema") === 0;
  if (isEmpty) return 0;
  throw new StoreError(
    `${url}: the file is another application's database; name another file`,
  );
}

function numberFrom(database: DatabaseSync, sql: string): number {
  return Number(Object.values(database.prepare(sql).get() ?? {})[0]);
}

/**
 * Brings a database to the newest version, all or nothing. Notes the version
 * in any case, so that a file that cannot be written is noticed.
 *
 * @param migrations as {@linkcode MIGRATIONS}
 * @throws {StoreError} see {@linkcode versionOf}
 */
export function migrate(
  database: DatabaseSync,
  url: string,
  migrations: readonly string[] = MIGRATIONS,
): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    const version = versionOf(database, url, migrations.length);
    for (const script of migrations.slice(version)) database.exec(script);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    database.exec("COMMIT");
  } catch (error) {
    rollBack(database);
    throw error;
  }
}
