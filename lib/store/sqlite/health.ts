import type { DatabaseSync } from "node:sqlite";
import type { Operations } from "./operations.ts";
import { prepare } from "./statement.ts";

/** Whether a database can be written, and whether that is of any use. */
export function storeHealth(
  database: DatabaseSync,
  now: () => number,
): Pick<Operations, "check"> {
  const note = prepare<[at: number]>(
    database,
    "INSERT OR REPLACE INTO health (id, checked_at) VALUES (1, ?)",
  );
  const location = prepare<[], { file: string }>(
    database,
    "PRAGMA database_list",
  );
  const path = location.get()!.file;
  const identity = identityOf(path);

  return {
    check() {
      // What is written to a file without a name is lost with the process.
      if (identityOf(path) !== identity) {
        throw new Error(
          "the file was moved, removed or replaced while it was in use; " +
            "put it back, or restart neurald",
        );
      }
      note.run(now());
    },
  };
}

/** Tells whether a path still leads to the same file; there is none in memory. */
function identityOf(path: string): string | undefined {
  if (path === "") return undefined;
  try {
    const { dev, ino } = Deno.statSync(path);
    return `${dev} ${ino}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
