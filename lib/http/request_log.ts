/**
 * What became of requests, for the log.
 *
 * @module
 */

import type { Log } from "../log/log.ts";
import type { AnsweredRequest } from "./followed_request.ts";
import { isNdjson } from "./ndjson.ts";

/** What takes long by its nature. */
const TRAINING = ["/v1/train", "/plugins/neural/train"];

/** Tells of requests: at the level `debug`, unless something is wrong. */
export class RequestLog {
  readonly #log: Log;
  readonly #slowMs: () => number;

  /** @param slowMs what takes longer is worth a warning */
  constructor(log: Log, slowMs: () => number) {
    this.#log = log;
    this.#slowMs = slowMs;
  }

  /** Tells of a request. */
  observe(answered: AnsweredRequest): void {
    const { request: { method }, route, status, workMs } = answered;
    // The route, for what a client asks by its own words is not repeated.
    const fields = { method, route, status, duration_ms: round(workMs) };
    if (status >= 500) this.#log.warn("a request was not served", fields);
    else if (workMs > this.#slowMs() && !takesLong(answered)) {
      this.#log.warn("a request took long", fields);
    } else this.#log.debug("a request was answered", fields);
  }
}

function takesLong({ request, route }: AnsweredRequest): boolean {
  return isNdjson(request) || TRAINING.includes(route ?? "");
}

/** Milliseconds, to a microsecond. */
function round(ms: number): number {
  return Math.round(1000 * ms) / 1000;
}
