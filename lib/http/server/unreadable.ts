/**
 * What is answered to bytes that are no request.
 *
 * @module
 */

import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** By the codes of Node's parser; all else is 400. */
const STATUS: Readonly<Record<string, [status: number, error: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [
    408,
    "the headers took too long to arrive (request_timeout)",
  ],
  HPE_HEADER_OVERFLOW: [431, "the headers are too long"],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "the parts of the body have too much"],
};

/** Answers a client that has sent no request, and lets it go. */
export function refuseUnreadable(
  { code = "", message }: Error & { code?: string },
  socket: Duplex,
): void {
  // Others are of the connection, or of its encryption.
  const isAboutRequest = code.startsWith("HPE_") || code in STATUS;
  if (!isAboutRequest || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, error] = STATUS[code] ??
    [400, `this is no HTTP request: ${message}`];
  const body = JSON.stringify({ error });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n` +
      "connection: close\r\ncontent-type: application/json\r\n" +
      `content-length: ${new TextEncoder().encode(body).length}\r\n\r\n${body}`,
  );
}
