/**
 * Files of one message, or of many (mbox).
 *
 * @module
 */

import { readHeaders } from "./headers.ts";
import { MOST_BODY_BYTES } from "./identity.ts";
import { isMbox, splitMbox } from "./mbox.ts";
import {
  bytesFor,
  type MailMessage,
  messageOf,
  type UnusableMessage,
  type Wanted,
} from "./message.ts";

/** What most messages fit into, or at least their headers. */
const FIRST_BYTES = 32 * 1024;

/**
 * Reads the messages of a file. A mailbox is read as a stream; of a file of
 * one message, no more than is wanted. What cannot be read is told, and is no
 * error.
 *
 * @param wanted how much of each message
 */
export async function* readMessageFile(
  path: string,
  wanted: Wanted,
): AsyncGenerator<MailMessage | UnusableMessage> {
  try {
    using file = await Deno.open(path);
    const start = await readStart(file, wanted);
    if (isMbox(start)) {
      yield* readMbox(path, chunksOf(file, start), wanted);
      return;
    }
    const { size } = await file.stat();
    yield messageOf(path, start, size);
  } catch (error) {
    yield { place: path, unusable: reasonOf(error) };
  }
}

async function* readMbox(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  wanted: Wanted,
): AsyncGenerator<MailMessage | UnusableMessage> {
  let number = 0;
  for await (const { start, size } of splitMbox(chunks, bytesFor(wanted))) {
    yield messageOf(`${path}: message ${++number}`, start, size);
  }
}

/** The first bytes of a file: as many as are wanted, if they are a message. */
async function readStart(
  file: Deno.FsFile,
  wanted: Wanted,
): Promise<Uint8Array<ArrayBuffer>> {
  const most = bytesFor(wanted);
  let start = await readUpTo(file, new Uint8Array(FIRST_BYTES), 0);
  let capacity = FIRST_BYTES;
  while (start.length === capacity && capacity < most) {
    const isEnough = isMbox(start) || wanted === "head" && hasHead(start);
    if (isEnough) break;
    capacity = Math.min(most, 4 * capacity);
    const larger = new Uint8Array(capacity);
    larger.set(start);
    start = await readUpTo(file, larger, start.length);
  }
  return start;
}

function hasHead(start: Uint8Array): boolean {
  const { bodyAt } = readHeaders(start);
  return bodyAt !== undefined && start.length - bodyAt >= MOST_BODY_BYTES;
}

/** Fills a buffer from a place on; what the file has less is left out. */
async function readUpTo(
  file: Deno.FsFile,
  buffer: Uint8Array<ArrayBuffer>,
  from: number,
): Promise<Uint8Array<ArrayBuffer>> {
  let at = from;
  while (at < buffer.length) {
    const count = await file.read(buffer.subarray(at));
    if (count === null) break;
    at += count;
  }
  return buffer.subarray(0, at);
}

const CHUNK_BYTES = 256 * 1024;

/** The whole file, of which the first bytes have been read. */
async function* chunksOf(
  file: Deno.FsFile,
  start: Uint8Array,
): AsyncGenerator<Uint8Array> {
  yield start;
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (;;) {
    const count = await file.read(buffer);
    if (count === null) return;
    yield buffer.subarray(0, count);
  }
}

/** The same text for all files that cannot be read for the same reason. */
export function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "it is no longer there";
  if (error instanceof Deno.errors.PermissionDenied) {
    return "it may not be read";
  }
  // The path is told beside it.
  return `it cannot be read: ${
    (error as Error).message.replace(/[:,] \S+ ['"].*$/, "")
  }`;
}
