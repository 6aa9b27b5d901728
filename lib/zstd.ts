/**
 * Zstandard (RFC 8878), which rspamd packs vectors and models with.
 *
 * @module
 */

import { Decompress } from "fzstd";
import {
  constants,
  zstdCompressSync,
  zstdDecompressSync,
  type ZstdOptions,
} from "node:zlib";
import { joinBytes } from "./bytes.ts";

/** Bytes that are not zstd, or that unpack to more than is allowed. */
export class ZstdError extends Error {
  override name = "ZstdError";
}

const MAGIC = 0xfd2fb528;
/** What a decoder should support at least (RFC 8878, 3.1.1.1.2). */
const MAX_WINDOW_BYTES = 8 * 2 ** 20;

/** The least that the runtime takes for the size of a chunk. */
const MIN_CHUNK_BYTES = 64;

/**
 * Packs bytes into one frame that tells its size.
 *
 * @param level from 1, the fastest, to 22
 */
export function compress(bytes: Uint8Array, level = 3): Uint8Array {
  const options: ZstdOptions & { pledgedSrcSize: number } = {
    params: { [constants.ZSTD_c_compressionLevel]: level },
    pledgedSrcSize: bytes.length,
    // When a chunk is filled, the runtime adds an empty frame at the end.
    chunkSize: bytes.length + MIN_CHUNK_BYTES,
  };
  return new Uint8Array(zstdCompressSync(bytes, options));
}

/**
 * Unpacks one frame.
 *
 * @param bytes the frame
 * @param limit most bytes that it may unpack to
 * @throws {ZstdError} when it is damaged, cut off, or unpacks to more
 */
export function decompress(bytes: Uint8Array, limit: number): Uint8Array {
  const size = contentSize(bytes);
  if (size === undefined) return decompressStream(bytes, limit);
  if (size > limit) throw tooLarge(limit);
  let unpacked;
  try {
    unpacked = zstdDecompressSync(bytes, {
      maxOutputLength: Math.max(1, size),
    });
  } catch (error) {
    throw new ZstdError(`damaged zstd data: ${(error as Error).message}`);
  }
  // The runtime gives what it has of a frame that is cut off.
  if (unpacked.length !== size) {
    throw new ZstdError(
      `zstd data cut off: ${unpacked.length} of ${size} bytes are there`,
    );
  }
  return new Uint8Array(unpacked);
}

/** Where the parts of a frame are, by its descriptor (RFC 8878, 3.1.1.1). */
function layoutOf(descriptor: number) {
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3];
  return {
    /** Where the size of the content begins. */
    sizeAt: 5 + (singleSegment ? 0 : 1) + dictionary,
    /** Bytes of that size; none if it is not there. */
    sizeWidth: [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6],
    checksum: (descriptor & 4) === 0 ? 0 : 4,
  };
}

/**
 * Length of the first frame, which no unpacker tells.
 *
 * @param bytes begin with a frame that was unpacked
 * @returns infinity where it is cut off
 */
export function frameLength(bytes: Uint8Array): number {
  const { sizeAt, sizeWidth, checksum } = layoutOf(bytes[4]);
  let at = sizeAt + sizeWidth;
  let isLast = false;
  while (!isLast && at < bytes.length) {
    const header = bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16;
    const isRunLength = (header >> 1 & 3) === 1;
    isLast = (header & 1) === 1;
    at += 3 + (isRunLength ? 1 : header >> 3);
  }
  return isLast ? at + checksum : Infinity;
}

/** Size that a frame claims in its header, if it does. */
function contentSize(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 6 || view.getUint32(0, true) !== MAGIC) {
    throw new ZstdError("no zstd data: it lacks the magic");
  }
  const { sizeAt: at, sizeWidth: width } = layoutOf(view.getUint8(4));
  if (width === 0) {
    checkWindow(view.getUint8(5));
    return undefined;
  }
  if (view.byteLength < at + width) throw new ZstdError("zstd data cut off");
  switch (width) {
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at, true) + 256;
    case 4:
      return view.getUint32(at, true);
    default:
      return Number(view.getBigUint64(at, true));
  }
}

/** A window is taken from memory, and moved with every block. */
function checkWindow(descriptor: number): void {
  const [exponent, mantissa] = [descriptor >> 3, descriptor & 7];
  const bytes = 2 ** (10 + exponent) * (1 + mantissa / 8);
  if (bytes > MAX_WINDOW_BYTES) {
    throw new ZstdError(
      `zstd data with a window of ${bytes} bytes; at most ${MAX_WINDOW_BYTES} are possible`,
    );
  }
}

/** Unpacks a frame of unknown size, and stops where it grows too large. */
function decompressStream(bytes: Uint8Array, limit: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let complete = false;
  const stream = new Decompress((chunk, last) => {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
    complete ||= last === true;
  });
  try {
    stream.push(bytes, true);
  } catch (error) {
    if (error instanceof ZstdError) throw error;
    throw new ZstdError(`damaged zstd data: ${(error as Error).message}`);
  }
  if (!complete) throw new ZstdError("zstd data cut off");
  return joinBytes(chunks);
}

function tooLarge(limit: number): ZstdError {
  return new ZstdError(`zstd data unpacks to more than ${limit} bytes`);
}

/**
 * Unpacks a stream of any length, as it comes.
 *
 * The stream fails with {@linkcode ZstdError} when it is damaged.
 */
export function decompressionStream(): TransformStream<
  Uint8Array<ArrayBuffer>,
  Uint8Array<ArrayBuffer>
> {
  let stream: Decompress;
  const guarded = (push: () => void) => {
    try {
      push();
    } catch (error) {
      throw new ZstdError(`damaged zstd data: ${(error as Error).message}`);
    }
  };
  return new TransformStream({
    start(controller) {
      stream = new Decompress((chunk) =>
        controller.enqueue(new Uint8Array(chunk))
      );
    },
    transform(chunk) {
      guarded(() => stream.push(chunk));
    },
    flush() {
      guarded(() => stream.push(new Uint8Array(0), true));
    },
  });
}
