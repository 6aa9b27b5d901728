/**
 * Turns what went wrong into what a mail administrator can act on.
 *
 * @module
 */

import { StoreError } from "../store.ts";

/**
 * What SQLite (`sqlite3_errstr`) or the system says, and what that means for
 * whoever runs neurald. Told apart by their text, because errors of
 * `DatabaseSync.exec` and of opening carry no code.
 */
const ADVICE: readonly (readonly [said: RegExp, advice: string])[] = [
  [
    /database is locked/,
    "another process keeps the file locked; " +
    "stop the one that should not use it, or try again later",
  ],
  [
    /database or disk is full|No space left/,
    "there is no space left; free some on its disk",
  ],
  [
    /readonly database|unable to open database|Permission denied|Read-only/,
    "the file cannot be opened and written; " +
    "let the user that runs neurald read and write it and its folder",
  ],
  [
    /Not a directory/,
    "a part of its path is no folder; name another path",
  ],
  [
    /disk image is malformed/,
    "the file is damaged; restore a copy, or move it away to start anew",
  ],
  [
    /file is not a database/,
    "the file is not a SQLite database; name another file",
  ],
  [
    /disk I\/O error/,
    "the file cannot be read or written; see whether it was moved, " +
    "and look for errors of its disk in the system's log",
  ],
];

/**
 * Words any error as a {@linkcode StoreError} that names the store.
 *
 * @param url the store's URL, without secrets
 */
export function toStoreError(url: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const advice = ADVICE.find(([pattern]) => pattern.test(said))?.[1];
  const message = advice === undefined ? said : `${advice} (${said})`;
  return new StoreError(`${url}: ${message}`, { cause: error });
}
