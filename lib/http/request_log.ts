/**
 * Follows requests through the log.
 *
 * @module
 */

import type { Log } from "../log/log.ts";
import { inRequest, type LoggedRequest } from "../log/request.ts";
import { isRequestId, newRequestId } from "../log/request_id.ts";
import { isNdjson } from "./ndjson.ts";

/** The header that names a request, of the client and in the answer. */
export const REQUEST_ID = "x-request-id";

/** What takes long by its nature. */
const TRAINING = ["/v1/train", "/plugins/neural/train"];

/** Gives requests their ids, and tells what became of them. */
export class RequestLog {
  readonly #log: Log;
  readonly #slowMs: () => number;

  /** @param slowMs what takes longer is worth a warning */
  constructor(log: Log, slowMs: () => number) {
    this.#log = log;
    this.#slowMs = slowMs;
  }

  /**
   * Answers a request under the id that its client gave, or else under a new
   * one; the answer has it, too.
   *
   * @param answer is given what is known of the request, to add its route
   */
  follow(
    request: Request,
    answer: (logged: LoggedRequest) => Promise<Response>,
  ): Promise<Response> {
    const given = request.headers.get(REQUEST_ID);
    const id = given !== null && isRequestId(given) ? given : newRequestId();
    const logged: LoggedRequest = { id };
    return inRequest(logged, async () => {
      const begin = performance.now();
      const response = await answer(logged);
      response.headers.set(REQUEST_ID, id);
      // A client may take as long as it likes to send something.
      const { arrivedAt = begin } = logged;
      const durationMs = performance.now() - arrivedAt;
      this.#tell(request, logged, response, durationMs);
      return response;
    });
  }

  #tell(
    request: Request,
    { route }: LoggedRequest,
    { status }: Response,
    durationMs: number,
  ): void {
    // The route, for what a client asks by its own words is not repeated.
    const fields = {
      method: request.method,
      route,
      status,
      duration_ms: round(durationMs),
    };
    if (status >= 500) this.#log.warn("a request was not served", fields);
    else if (durationMs > this.#slowMs() && !takesLong(request, route)) {
      this.#log.warn("a request took long", fields);
    } else this.#log.debug("a request was answered", fields);
  }
}

function takesLong(request: Request, route: string | undefined): boolean {
  return isNdjson(request) || TRAINING.includes(route ?? "");
}

/** Milliseconds, to a microsecond. */
function round(ms: number): number {
  return Math.round(1000 * ms) / 1000;
}
