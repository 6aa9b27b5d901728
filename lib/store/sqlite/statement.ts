/**
 * Prepared statements with typed parameters and rows.
 *
 * @module
 */

import type { DatabaseSync, SQLInputValue } from "node:sqlite";

/** A prepared statement; `Row` describes the columns it selects. */
export interface Statement<Parameters extends SQLInputValue[], Row = never> {
  /** Runs it and returns how many rows it changed. */
  run(...parameters: Parameters): number;
  /** The first row, if there is one. */
  get(...parameters: Parameters): Row | undefined;
  /** All rows. */
  all(...parameters: Parameters): Row[];
  /** The rows, one at a time. */
  iterate(...parameters: Parameters): Iterable<Row>;
}

/**
 * Prepares a statement.
 *
 * SQLite does not declare the types of what a statement takes and gives, so
 * they are asserted here, beside the SQL that they belong to.
 */
export function prepare<Parameters extends SQLInputValue[], Row = never>(
  database: DatabaseSync,
  sql: string,
): Statement<Parameters, Row> {
  const statement = database.prepare(sql);
  return {
    run: (...parameters) => Number(statement.run(...parameters).changes),
    get: (...parameters) => statement.get(...parameters) as Row | undefined,
    all: (...parameters) => statement.all(...parameters) as Row[],
    iterate: (...parameters) =>
      statement.iterate(...parameters) as Iterable<Row>,
  };
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Decodes text that was selected as `CAST(… AS BLOB)`. Selected as text, it
 * would end at its first NUL character.
 */
export function text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
