/**
 * The program of the thread that a SQLite store works in.
 *
 * @module
 */

/**
 * Where it is. In the executable all workers are files beside the program, so
 * that this leads to one; no other may have its name.
 */
export const SQLITE_PROGRAM = new URL("./sqlite_worker.ts", import.meta.url);
