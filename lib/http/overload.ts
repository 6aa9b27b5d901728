/**
 * Refusing what would have to wait.
 *
 * @module
 */

import { RequestError } from "./failure.ts";

/** Bounds the requests that are in work at once. */
export class Overload {
  readonly #most: () => number;
  #inWork = 0;

  /** @param most how many there may be */
  constructor(most: () => number) {
    this.#most = most;
  }

  /**
   * Answers a request, unless there are too many.
   *
   * @throws {RequestError} (as a rejection, 503) when there are
   */
  async run(answer: () => Response | Promise<Response>): Promise<Response> {
    if (this.#inWork >= this.#most()) {
      throw new RequestError(
        `${this.#inWork} requests are in work (max_requests)`,
        503,
      );
    }
    this.#inWork++;
    try {
      return await answer();
    } finally {
      this.#inWork--;
    }
  }
}
