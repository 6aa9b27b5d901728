/**
 * Refusing what would have to wait.
 *
 * @module
 */

import { counter, type Family, gauge } from "../metrics/family.ts";
import { RequestError } from "./failure.ts";

/** Bounds the requests that are in work at once. */
export class Overload {
  readonly #most: () => number;
  #inWork = 0;
  #refused = 0;

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
      this.#refused++;
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

  /** How many there are, and were refused so far. */
  families(): Family[] {
    return [
      gauge(
        "neurald_http_requests_in_work",
        "Requests that are in work now.",
        this.#inWork,
      ),
      gauge(
        "neurald_http_requests_in_work_limit",
        "How many requests may be in work at once (max_requests).",
        this.#most(),
      ),
      counter(
        "neurald_http_requests_refused_total",
        "Requests that were refused since too many were in work.",
        this.#refused,
      ),
    ];
  }
}
