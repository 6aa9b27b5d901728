/**
 * What a failed request is answered.
 *
 * @module
 */

import { LockedError, LostLockError } from "../engine/lease.ts";
import type { Log } from "../log/log.ts";
import { mistakeFields } from "../log/mistake.ts";
import { ModelChangeError } from "../engine/models/change.ts";
import { UnknownModelError } from "../engine/models/find.ts";
import { ModelFileError } from "../engine/models/model_file.ts";
import { UnknownRuleError } from "../engine/networks.ts";
import { VectorError } from "../engine/vectors.ts";
import { ScanError } from "../features/scan.ts";
import { StoreError } from "../store/store.ts";
import { BodyError } from "./body.ts";

/**
 * A request for something impossible or forbidden, with the HTTP status that
 * says which.
 */
export class RequestError extends Error {
  override name = "RequestError";

  /** @param headers that say what to do */
  constructor(
    message: string,
    readonly status: 400 | 401 | 403 | 421 | 429 | 503 = 400,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** Seconds after which a request that was not served may be tried again. */
const RETRY_AFTER_SECONDS = "5";

/** The answer to a request that failed, or was not served (503). */
export function failureResponse(
  error: string,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const all = status === 503
    ? { "retry-after": RETRY_AFTER_SECONDS, ...headers }
    : { ...headers };
  return Response.json({ error }, { status, headers: all });
}

/**
 * The HTTP status for an error, if it is one that a request can cause;
 * `undefined` for a mistake of neurald itself.
 */
function statusOf(error: unknown): number | undefined {
  if (error instanceof BodyError || error instanceof RequestError) {
    return error.status;
  }
  if (error instanceof ScanError || error instanceof VectorError) return 400;
  if (error instanceof ModelFileError) return 400;
  if (error instanceof UnknownRuleError) return 404;
  if (error instanceof UnknownModelError) return 404;
  if (error instanceof ModelChangeError) return 409;
  if (error instanceof LockedError || error instanceof LostLockError) {
    return 409;
  }
  if (error instanceof StoreError) return 503;
  return undefined;
}

/** Answers to requests that failed. Mistakes of neurald itself are logged. */
export class Failures {
  #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** The answer to a request: one line, and never a stack. */
  response(error: unknown): Response {
    const { error: message, status } = this.line(error);
    const headers = error instanceof RequestError ? error.headers : {};
    return failureResponse(message, status, headers);
  }

  /** The answer to a line of NDJSON, or to a request as a value. */
  line(error: unknown): { error: string; status: number } {
    const status = statusOf(error);
    if (status !== undefined) {
      return { error: (error as Error).message, status };
    }
    const about = mistakeFields(error);
    this.#log.error("a request failed by a mistake of neurald", about);
    return {
      error: "neurald made a mistake; its log has the details",
      status: 500,
    };
  }
}
