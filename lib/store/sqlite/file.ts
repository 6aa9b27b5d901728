/**
 * The file of a SQLite store before SQLite opens it for good.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { StoreError } from "../store.ts";
import { versionOf } from "./schema.ts";

/**
 * Makes sure that a file may be opened as a store: creates it if it is not
 * there, and otherwise looks at it without touching it.
 *
 * A file that is created is readable by its owner only (mode 0600), and so
 * are the folders created for it (0700): features can tell what people write
 * to each other.
 *
 * @param path absolute
 * @param url names the store in errors
 * @param newest the newest version that can be read
 * @throws {StoreError} if it is not a file, another application's, or newer
 * @throws {Error} as SQLite or the file system words it
 */
export function prepareFile(path: string, url: string, newest: number): void {
  const information = statOrNothing(path);
  if (information === undefined) {
    createFile(path);
  } else if (information.isFile) {
    inspectFile(path, url, newest);
  } else {
    const kind = information.isDirectory ? "a folder" : "not a regular file";
    throw new StoreError(`${url}: this is ${kind}; name a file`);
  }
}

/** What is known of a file; nothing where there is none. */
export function statOrNothing(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function createFile(path: string): void {
  Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  } catch (error) {
    // Another process may have been first. What it created is fine.
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

/**
 * Looks at a file through a connection that takes no lock and creates nothing
 * beside it (`immutable`). Reading the header without SQLite would be simpler,
 * but closing the file would release the POSIX locks of any other connection
 * that this process has to it (see "How To Corrupt An SQLite Database File",
 * section 2.2).
 *
 * Such a connection does not see the write-ahead log, and takes a file for
 * damaged whose log was being moved into it when its process was killed.
 * Whether it is damaged turns out when it is opened for good, which checks
 * whose it is once more before it writes. That has to do where Deno's
 * permissions are limited, as in the executable: it takes every name of a file
 * for a path then, so that no connection can be told to be of this kind.
 */
function inspectFile(path: string, url: string, newest: number): void {
  const database = openImmutable(path);
  if (database === undefined) return;
  try {
    versionOf(database, url, newest);
  } catch (error) {
    if (!String(error).includes("malformed")) throw error;
  } finally {
    database.close();
  }
}

function openImmutable(path: string): DatabaseSync | undefined {
  // Trying would have Deno ask the user, at a terminal.
  const mayUseAll = (["read", "write"] as const).every((name) =>
    Deno.permissions.querySync({ name }).state === "granted"
  );
  if (!mayUseAll) return undefined;
  try {
    return new DatabaseSync(
      `${pathToFileURL(path).href}?mode=ro&immutable=1`,
    );
  } catch (error) {
    if (String(error).includes("unable to open database file")) return;
    throw error;
  }
}
