/**
 * Following requests from when they come until they are answered.
 *
 * @module
 */

import { inRequest, type LoggedRequest } from "../log/request.ts";
import { isRequestId, newRequestId } from "../log/request_id.ts";

/** The header that names a request, of the client and in the answer. */
const REQUEST_ID = "x-request-id";

/** A request that was answered. */
export interface AnsweredRequest {
  request: Request;
  /**
   * As it stands in the list of routes, never as it was asked for; absent
   * where there is none.
   */
  route?: string;
  /** That of the answer. */
  status: number;
  /** From when its headers had come. */
  durationMs: number;
  /** From when the last part of its body had come, too. */
  workMs: number;
}

/**
 * Answers a request under the id that its client gave, or else under a new one;
 * the answer has it, too.
 *
 * @param answer is given what is known of the request, to add its route
 * @param observe is told of the request when it has its answer
 */
export function followRequest(
  request: Request,
  answer: (asked: LoggedRequest) => Response | Promise<Response>,
  observe: (answered: AnsweredRequest) => void,
): Promise<Response> {
  const given = request.headers.get(REQUEST_ID);
  const id = given !== null && isRequestId(given) ? given : newRequestId();
  const asked: LoggedRequest = { id };
  return inRequest(asked, async () => {
    const begin = performance.now();
    const response = await answer(asked);
    response.headers.set(REQUEST_ID, id);
    const end = performance.now();
    const { route, arrivedAt = begin } = asked;
    observe({
      request,
      route,
      status: response.status,
      durationMs: end - begin,
      // A client may take as long as it likes to send something.
      workMs: end - arrivedAt,
    });
    return response;
  });
}
