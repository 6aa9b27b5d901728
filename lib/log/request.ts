/**
 * The request that is being answered, from its arrival down to the store,
 * without every function on the way having to pass it on.
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";

/** A request, as far as the log follows it. */
export interface LoggedRequest {
  readonly id: string;
  /** What answers it, such as `/v1/models/:id`, once that is found. */
  route?: string;
  /** When the last part of its body had arrived (`performance.now()`). */
  arrivedAt?: number;
}

const requests = new AsyncLocalStorage<LoggedRequest>();

/** Does the work of a request: all that it begins belongs to the request. */
export function inRequest<T>(request: LoggedRequest, work: () => T): T {
  return requests.run(request, work);
}

/** The request on whose behalf this is done, if it is for one. */
export function currentRequest(): LoggedRequest | undefined {
  return requests.getStore();
}

/** Notes that a part of the request's body has arrived. */
export function noteArrival(): void {
  const request = currentRequest();
  if (request) request.arrivedAt = performance.now();
}
