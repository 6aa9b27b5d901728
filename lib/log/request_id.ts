/**
 * Names of requests.
 *
 * @module
 */

/** What an id of a client may be: nothing that a log would have to quote. */
const VALID = /^[A-Za-z0-9._:@/+~-]{1,64}$/;

/** Tells the requests of this process from those of others. */
const PROCESS = crypto.getRandomValues(new Uint8Array(6)).toHex();

let given = 0;

/** An id that no other request of any process has. */
export function newRequestId(): string {
  return `${PROCESS}-${(given++).toString(36)}`;
}

/** Whether an id that a client gave is short and harmless enough to be used. */
export function isRequestId(text: string): boolean {
  return VALID.test(text);
}
