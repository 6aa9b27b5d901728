/**
 * Parameters in the query of a request.
 *
 * @module
 */

import { RequestError } from "./failure.ts";

/** Most contributions that are given. */
const MOST_EXPLAINED = 1000;

/**
 * Reads `explain=N`: how many contributions are asked for.
 *
 * @throws {RequestError} when it is not a whole number up to 1000
 */
export function explainCount(text: string | undefined): number {
  if (text === undefined) return 0;
  const count = Number(text);
  if (
    text === "" || !Number.isInteger(count) || count < 0 ||
    count > MOST_EXPLAINED
  ) {
    throw new RequestError(
      `explain: a whole number up to ${MOST_EXPLAINED} is needed, not ${
        JSON.stringify(text)
      }`,
    );
  }
  return count;
}
