import type { DatabaseSync } from "node:sqlite";
import { toStoreError } from "./errors.ts";
import { fileGuard } from "./file_guard.ts";
import {
  type Call,
  MAY_WRITE,
  type Operations,
  type Outcome,
  perform,
} from "./operations.ts";
import { sqliteOperations } from "./sqlite_operations.ts";
import { prepare, type Statement } from "./statement.ts";
import { rollBack } from "./transaction.ts";

/**
 * The SQLite store without the waiting: carries out calls at once, many in
 * one transaction.
 */
export class SqliteCore {
  /** Names the store in errors. */
  readonly url: string;
  readonly #database: DatabaseSync;
  readonly #operations: Operations;
  readonly #checkFiles: () => void;
  readonly #beginReading: Statement<[]>;
  readonly #beginWriting: Statement<[]>;
  readonly #commit: Statement<[]>;

  /**
   * Prepares to answer calls.
   *
   * @param database as `openDatabase` opens it; the core closes it
   * @param url names the store in errors
   * @param now unix time in seconds
   */
  constructor(
    database: DatabaseSync,
    url: string,
    now: () => number = () => Date.now() / 1000,
  ) {
    this.url = url;
    this.#database = database;
    this.#operations = sqliteOperations(database, now);
    // Makes SQLite open its log.
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    this.#checkFiles = fileGuard(database);
    this.#beginReading = prepare(database, "BEGIN");
    this.#beginWriting = prepare(database, "BEGIN IMMEDIATE");
    this.#commit = prepare(database, "COMMIT");
  }

  /**
   * Carries out calls in the order given, in one transaction, and returns
   * what became of each once all of it is durable. A call that fails changes
   * nothing and leaves the others as they are.
   */
  run(calls: readonly Call[]): Outcome[] {
    const mayWrite = calls.some((call) => MAY_WRITE[call.name]);
    try {
      if (mayWrite) this.#checkFiles();
      (mayWrite ? this.#beginWriting : this.#beginReading).run();
    } catch (error) {
      return calls.map(() => this.#failure(error));
    }
    try {
      const outcomes = calls.map((call) => ({
        value: perform(this.#operations, call),
      }));
      this.#commit.run();
      return outcomes;
    } catch (error) {
      rollBack(this.#database);
      if (calls.length === 1) return [this.#failure(error)];
      // The others need not suffer from a call that failed, or was too much for
      // the space left on the disk. That is rare; savepoints for each call would
      // take as long as the calls.
      return calls.flatMap((call) => this.run([call]));
    }
  }

  /**
   * Closes the database, which moves the write-ahead log into the file.
   *
   * @throws {StoreError}
   */
  close(): void {
    try {
      this.#database.close();
    } catch (error) {
      throw toStoreError(this.url, error);
    }
  }

  #failure(error: unknown): Outcome {
    return { failure: toStoreError(this.url, error).message };
  }
}
