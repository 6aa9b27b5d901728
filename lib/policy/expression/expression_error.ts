/**
 * What is wrong with an expression, and where.
 *
 * @module
 */

/** An expression that cannot be understood. The message names the column. */
export class ExpressionError extends Error {
  /** Tells it from other errors. */
  override name = "ExpressionError";
  /** Where, from 1, in UTF-16 code units. */
  readonly column: number;

  /**
   * Tells a problem, and where it is.
   *
   * @param problem what was expected, what was found, and what to do
   */
  constructor(column: number, problem: string) {
    super(`column ${column}: ${problem}`);
    this.column = column;
  }
}
