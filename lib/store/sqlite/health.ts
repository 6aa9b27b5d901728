import type { DatabaseSync } from "node:sqlite";
import type { Operations } from "./operations.ts";
import { prepare } from "./statement.ts";

/** Whether a database can be written. */
export function storeHealth(
  database: DatabaseSync,
  now: () => number,
): Pick<Operations, "check"> {
  const note = prepare<[at: number]>(
    database,
    "INSERT OR REPLACE INTO health (id, checked_at) VALUES (1, ?)",
  );

  return {
    check() {
      note.run(now());
    },
  };
}
