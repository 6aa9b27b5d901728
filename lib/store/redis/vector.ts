/**
 * Training vectors as they stand in Redis: zstd around text.
 *
 * @module
 */

import {
  parseVectorText,
  VectorError,
  vectorText,
} from "../../features/vector_text.ts";
import { compress, decompress, frameLength, ZstdError } from "../../zstd.ts";

export { VectorError };

/** The longest double of 17 digits, `-2.2250738585072014e-308`, and a `;`. */
const MAX_ELEMENT_BYTES = 25;

/**
 * As rspamd packs: the bytes of two who store one vector are the same. Those of
 * rspamd 3, whose zstd is an older one (1.4.5), are mostly others.
 */
const LEVEL = 1;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Packs a vector as rspamd does. Equal vectors become equal bytes, which
 * Redis keeps once in a set.
 *
 * @throws {VectorError} when {@linkcode decodeVector} would refuse it
 */
export function encodeVector(values: ArrayLike<number>): Uint8Array {
  return compress(encoder.encode(vectorText(values)), LEVEL);
}

/**
 * Unpacks a vector, trusting nothing: anybody may write to a Redis.
 *
 * @param expectedLength how many numbers it should have
 * @throws {VectorError} when it is damaged, or not such a vector
 */
export function decodeVector(
  bytes: Uint8Array,
  expectedLength: number,
): number[] {
  return parseVectorText(
    decodeText(unpack(bytes, expectedLength * MAX_ELEMENT_BYTES)),
    expectedLength,
  );
}

function unpack(bytes: Uint8Array, limit: number): Uint8Array {
  let unpacked;
  try {
    unpacked = decompress(bytes, limit);
  } catch (error) {
    if (error instanceof ZstdError) throw new VectorError(error.message);
    throw error;
  }
  const beyond = bytes.length - frameLength(bytes);
  if (beyond < 0) throw new VectorError("zstd data cut off");
  if (beyond > 0) {
    throw new VectorError(`bytes after the end of the zstd data: ${beyond}`);
  }
  return unpacked;
}

function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new VectorError("unpacked, it is not UTF-8 text");
  }
}
