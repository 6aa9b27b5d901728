/**
 * Answers that may be long.
 *
 * @module
 */

/** What a client takes at a time. */
const PART_BYTES = 1 << 16;

/**
 * An answer that is written part by part: only so can a client that takes it
 * slowly be told from one that takes none of it.
 */
export function largeResponse(
  bytes: Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Response {
  if (bytes.length <= PART_BYTES) return new Response(bytes, { headers });
  let at = 0;
  const parts = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      controller.enqueue(bytes.subarray(at, at += PART_BYTES));
      if (at >= bytes.length) controller.close();
    },
  });
  return new Response(parts, {
    headers: { ...headers, "content-length": String(bytes.length) },
  });
}
