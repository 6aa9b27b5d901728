/**
 * What the thread of a SQLite store has to be allowed.
 *
 * @module
 */

import { basename, dirname, isAbsolute, join, resolve } from "node:path";

/** Paths that a thread may read, and write. */
export interface FilePermissions {
  read: string[];
  write: string[];
}

/** Only the folder of the file: SQLite writes beside it. */
export function filePermissions(path: string): FilePermissions {
  if (path === ":memory:") return { read: [], write: [] };
  const full = resolve(path);
  // systemd's $STATE_DIRECTORY is a link, and what a link leads to counts.
  const folders = [dirname(full), dirname(realPathOf(full))];
  // To know where a relative path leads.
  const start = isAbsolute(path) ? [] : [Deno.cwd()];
  return { read: [...folders, ...start], write: folders };
}

/**
 * The same for who may not look where the path leads, since only what this
 * leads to may be used by it: all that it may itself.
 */
export function filePermissionsWithin(
  path: string,
): FilePermissions | { read: "inherit"; write: "inherit" } {
  try {
    return filePermissions(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    return { read: "inherit", write: "inherit" };
  }
}

/** Where a path leads, whose last parts may not be there yet. */
export function realPathOf(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    const folder = dirname(path);
    if (error instanceof Deno.errors.NotCapable) throw error;
    const isNew = error instanceof Deno.errors.NotFound && folder !== path;
    return isNew ? join(realPathOf(folder), basename(path)) : path;
  }
}
