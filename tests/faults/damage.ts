/**
 * What is done to a SQLite file behind the back of whoever has it open.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";

const PAGE_BYTES = 4096;

/** Leaves nothing in the write-ahead log, and no room for anything. */
export function truncateLog(path: string): void {
  using database = new DatabaseSync(path);
  database.exec("PRAGMA busy_timeout = 5000");
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

/** Overwrites all but the header. */
export function damage(path: string): void {
  truncateLog(path);
  using file = Deno.openSync(path, { write: true });
  const { size } = file.statSync();
  file.seekSync(PAGE_BYTES, Deno.SeekMode.Start);
  const bytes = new Uint8Array(size - PAGE_BYTES).fill(0x5a);
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}
