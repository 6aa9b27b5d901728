/**
 * What becomes of a file that is damaged.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { basename, dirname } from "node:path";
import { statOrNothing } from "./file.ts";
import { APPLICATION_ID, MIGRATIONS, versionOf } from "./schema.ts";

/** A file that is out of the way. */
export interface KeptFile {
  /** Where it is now. */
  path: string;
  /** The first thing that SQLite finds wrong with it. */
  finding: string;
}

/** Files that may be kept; who has more has a disk to look after. */
const MOST_KEPT = 10;

/** Where things stand in the header of a SQLite file. */
const HEADER = { bytes: 100, version: 60, application: 68 } as const;
const MAGIC = new TextEncoder().encode("SQLite format 3\0");

/** Whether an error says that a file is damaged, and is nothing else. */
export function isDamage(said: string): boolean {
  return said.includes("disk image is malformed");
}

/**
 * Renames a file that is provably damaged, so that another one can take its
 * place. It is left alone when SQLite finds nothing wrong with it, when it is
 * not neurald's or of a newer one, and while anybody has it open.
 *
 * No connection of this process may have the file open.
 *
 * @param path absolute
 * @returns nothing when it was left alone
 * @throws {Error} when it cannot be read or renamed, or is in use
 */
export function keepAside(path: string): KeptFile | undefined {
  if (!isOurs(path)) return undefined;
  const identity = identityOf(path);
  const database = new DatabaseSync(path, {
    enableForeignKeyConstraints: false,
  });
  try {
    // Nobody else can have it open then, and who opens it meanwhile waits.
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    const finding = findDamage(database);
    // Another process may have been first, and begun another file.
    if (finding === undefined || identityOf(path) !== identity) return;
    return { path: rename(path), finding };
  } finally {
    database.close();
  }
}

/** Told by the header, which can be read where SQLite refuses the file. */
function isOurs(path: string): boolean {
  const header = new Uint8Array(HEADER.bytes);
  using file = Deno.openSync(path);
  if (file.readSync(header) !== header.length) return false;
  const view = new DataView(header.buffer);
  return MAGIC.every((byte, i) => header[i] === byte) &&
    view.getUint32(HEADER.application) === APPLICATION_ID &&
    view.getUint32(HEADER.version) <= MIGRATIONS.length;
}

/** The first thing that is wrong, if anything is. */
function findDamage(database: DatabaseSync): string | undefined {
  try {
    database.exec("BEGIN EXCLUSIVE");
    // The log may say otherwise than the header.
    versionOf(database, "", MIGRATIONS.length);
    const row = database.prepare("PRAGMA integrity_check(1)").get();
    const finding = String(row?.integrity_check);
    return finding === "ok" ? undefined : finding.split("\n").at(-1);
  } catch (error) {
    const said = (error as Error).message;
    if (isDamage(said)) return said;
    throw error;
  }
}

/** Renames a file, and the write-ahead log beside it. */
function rename(path: string): string {
  const prefix = `${basename(path)}.damaged-`;
  const kept = new Set(
    [...Deno.readDirSync(dirname(path))].map(({ name }) => name)
      .filter((name) => name.startsWith(prefix) && !name.endsWith("-wal")),
  );
  if (kept.size >= MOST_KEPT) {
    throw new Error(
      `the file is damaged, as were ${kept.size} before it, which are kept ` +
        `as ${prefix}*; see to its disk, and move them elsewhere`,
    );
  }
  let number = 1;
  while (kept.has(`${prefix}${number}`)) number++;
  const target = `${path}.damaged-${number}`;
  // The log first: SQLite removes one that it finds beside an empty file.
  if (statOrNothing(`${path}-wal`)?.size) {
    Deno.renameSync(`${path}-wal`, `${target}-wal`);
  }
  Deno.renameSync(path, target);
  return target;
}

function identityOf(path: string): string {
  const { dev, ino } = Deno.statSync(path);
  return `${dev} ${ino}`;
}
