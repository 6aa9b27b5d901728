/**
 * A UCL text that cannot be read on.
 *
 * @module
 */

import type { Place } from "./place.ts";

/** Thrown inside the reader, which turns it into a problem. */
export class UclSyntaxError extends Error {
  override readonly name = "UclSyntaxError";
  readonly at: Place;

  constructor(at: Place, message: string) {
    super(message);
    this.at = at;
  }
}
