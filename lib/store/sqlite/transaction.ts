import type { DatabaseSync } from "node:sqlite";

/**
 * Ends a transaction that failed. SQLite ends it by itself after some errors,
 * and then refuses this; whatever made it fail is what is worth telling.
 */
export function rollBack(database: DatabaseSync): void {
  try {
    database.exec("ROLLBACK");
  } catch {
    // The transaction is over already.
  }
}
