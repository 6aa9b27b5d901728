/**
 * Opens the database of a SQLite store without leaving a trace.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../store.ts";
import { IN_MEMORY, urlOf } from "./database.ts";
import { toStoreError } from "./errors.ts";
import { statOrNothing } from "./file.ts";

/** Where the header of a file says whether it has a write-ahead log. */
const HEADER = { format: 18, wal: 2 } as const;

/** Others do not write for so long that looking has to wait. */
const BUSY_TIMEOUT_MS = 2_000;

/**
 * Opens a file that is there for reading, whether a daemon has it open or not.
 *
 * SQLite makes the files of a write-ahead log anew where they are missing. A
 * connection that may write takes them away when it is the last to close; one
 * that may not leaves them behind, but does not move what a killed process
 * left in the log into the file, as the other would. So the files that are
 * there decide. (`immutable` would do for both, but only where Deno's
 * permissions are not limited, see `file.ts`.)
 *
 * @param path absolute
 * @throws {StoreError} saying why it cannot be read
 */
export function openToRead(path: string): DatabaseSync {
  const url = urlOf(path);
  if (path === IN_MEMORY) throw new StoreError(`${url}: there is no file`);
  try {
    const isUsed = ["-wal", "-shm", "-journal"]
      .some((suffix) => statOrNothing(path + suffix) !== undefined);
    const makesLog = !isUsed && hasLog(path);
    if (makesLog && !isWritable(path)) {
      throw new StoreError(
        `${url}: nobody has the file open, and who may not write it cannot ` +
          "look into it without leaving files beside it",
      );
    }
    const database = new DatabaseSync(path, { readOnly: !makesLog });
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    database.exec("PRAGMA query_only = ON");
    return database;
  } catch (error) {
    throw toStoreError(url, error);
  }
}

/**
 * Whether whoever runs this may write a file. No connection of this process
 * may have it open, for closing it releases its locks.
 */
export function isWritable(path: string): boolean {
  try {
    Deno.openSync(path, { write: true }).close();
    return true;
  } catch {
    return false;
  }
}

/** Read before SQLite opens the file, for the same reason. */
function hasLog(path: string): boolean {
  const header = new Uint8Array(HEADER.format + 1);
  using file = Deno.openSync(path);
  file.readSync(header);
  return header[HEADER.format] === HEADER.wal;
}
