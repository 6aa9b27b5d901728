/**
 * Training vectors as they stand in Redis: zstd around text.
 *
 * @module
 */

import { constants, zstdCompressSync, type ZstdOptions } from "node:zlib";
import {
  parseVectorText,
  VectorError,
  vectorText,
} from "../../features/vector_text.ts";
import { decompress, ZstdError } from "../../zstd.ts";

export { VectorError };

/** The longest double of 17 digits, `-2.2250738585072014e-308`, and a `;`. */
const MAX_ELEMENT_BYTES = 25;

/** As rspamd packs: the bytes of two who store one vector are the same. */
const LEVEL = 1;
/** The least that the runtime takes. */
const MIN_CHUNK_BYTES = 64;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Packs a vector as rspamd does. Equal vectors become equal bytes, which
 * Redis keeps once in a set.
 *
 * @throws {VectorError} when {@linkcode decodeVector} would refuse it
 */
export function encodeVector(values: ArrayLike<number>): Uint8Array {
  const text = encoder.encode(vectorText(values));
  const options: ZstdOptions & { pledgedSrcSize: number } = {
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL },
    // The frame tells its size.
    pledgedSrcSize: text.length,
    // When a chunk is filled, the runtime adds an empty frame at the end.
    chunkSize: text.length + MIN_CHUNK_BYTES,
  };
  return new Uint8Array(zstdCompressSync(text, options));
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

/** Of a frame that was unpacked: what follows it, no unpacker tells. */
function frameLength(frame: Uint8Array): number {
  const descriptor = frame[4];
  const hasChecksum = (descriptor & 4) !== 0;
  let at = 4 + headerLength(descriptor);
  let isLast = false;
  while (!isLast && at < frame.length) {
    const header = frame[at] | frame[at + 1] << 8 | frame[at + 2] << 16;
    const isRunLength = (header >> 1 & 3) === 1;
    isLast = (header & 1) === 1;
    at += 3 + (isRunLength ? 1 : header >> 3);
  }
  if (!isLast) return Infinity;
  return at + (hasChecksum ? 4 : 0);
}

/** Bytes between the magic and the first block (RFC 8878, 3.1.1.1). */
function headerLength(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3];
  const size = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6];
  return 1 + (isSingleSegment ? 0 : 1) + dictionary + size;
}
