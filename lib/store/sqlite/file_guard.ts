import type { DatabaseSync } from "node:sqlite";
import { prepare } from "./statement.ts";

/**
 * Notices when a database is no longer in the files that its name leads to:
 * what is written to a file without a name is lost with the process.
 *
 * @param database has been read, so that its write-ahead log is there
 * @returns throws when a file of the database was moved, removed or replaced
 */
export function fileGuard(database: DatabaseSync): () => void {
  const location = prepare<[], { file: string }>(
    database,
    "PRAGMA database_list",
  );
  const path = location.get()!.file;
  // One in memory has none.
  const files = path === "" ? [] : [path, `${path}-wal`, `${path}-shm`];
  const identities = files.map(identityOf);
  return () => {
    files.forEach((file, i) => {
      if (identityOf(file) === identities[i]) return;
      throw new Error(
        `${file} was moved, removed or replaced while it was in use; put it ` +
          "back, together with the files beside it (-wal, -shm), or restart " +
          "neurald",
      );
    });
  };
}

/** Tells whether a path still leads to the same file. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = Deno.statSync(path);
    return `${dev} ${ino}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
