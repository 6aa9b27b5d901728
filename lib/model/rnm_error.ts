/**
 * What is wrong with a model file.
 *
 * @module
 */

/** A file that holds no model, or one that cannot be. */
export class RnmError extends Error {
  /** Tells it from other errors. */
  override name = "RnmError";
}
