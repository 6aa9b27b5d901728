/**
 * Taking in bytes up to a limit.
 *
 * @module
 */

import { joinBytes } from "../bytes.ts";
import { FetchError } from "./failure.ts";

/**
 * Puts parts together as they come.
 *
 * @throws {FetchError} as soon as they are too many bytes
 * @throws what the source throws
 */
export async function collect(
  parts: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const kept: Uint8Array[] = [];
  let size = 0;
  for await (const part of parts) {
    size += part.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    kept.push(part);
  }
  return joinBytes(kept);
}

/** Says that a file is larger than it may be. */
export function tooLarge(maxBytes: number): FetchError {
  return new FetchError("oversized", `it is larger than ${maxBytes} bytes`);
}
