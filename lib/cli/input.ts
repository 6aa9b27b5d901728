/**
 * Reading files and standard input.
 *
 * @module
 */

import { decompressionStream } from "../zstd.ts";
import { UsageError } from "./usage_error.ts";

/** First bytes of a zstd frame. */
const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd];

/**
 * Opens a file, or standard input for `-`. What is packed with zstd is
 * unpacked.
 *
 * @throws {UsageError} when there is no such file, or it may not be read
 */
export async function openInput(
  path: string,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const source = path === "-" ? Deno.stdin.readable : await openFile(path);
  const [start, whole] = await peek(source);
  const isZstd = ZSTD_MAGIC.every((byte, i) => start[i] === byte);
  return isZstd ? whole.pipeThrough(decompressionStream()) : whole;
}

async function openFile(
  path: string,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  try {
    const info = await Deno.stat(path);
    if (info.isDirectory) throw new UsageError(`${path} is a folder`);
    return (await Deno.open(path)).readable;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(cannotRead(path, error));
  }
}

/** Reads a file that comes with the program; what is packed is unpacked. */
export async function openAsset(
  url: URL,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  return new Blob([await Deno.readFile(url)]).stream()
    .pipeThrough(decompressionStream());
}

/** Reads a whole file. Throws {@linkcode UsageError}. */
export async function readFile(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw new UsageError(cannotRead(path, error));
  }
}

function cannotRead(path: string, error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return `there is no file ${path}`;
  return `cannot read ${path}: ${(error as Error).message}`;
}

/** The first part of a stream, and a stream that still has it. */
async function peek(
  source: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<[Uint8Array, ReadableStream<Uint8Array<ArrayBuffer>>]> {
  const reader = source.getReader();
  const first = await reader.read();
  const whole = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      if (first.value) controller.enqueue(first.value);
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return [first.value ?? new Uint8Array(0), whole];
}

/** The lines of a stream with their numbers, from 1; empty ones are left out. */
export async function* linesOf(
  source: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<{ line: string; number: number }> {
  let number = 0;
  let pending = "";
  for await (const text of source.pipeThrough(new TextDecoderStream())) {
    const lines = (pending + text).split("\n");
    pending = lines.pop()!;
    for (const line of lines) {
      number++;
      if (line.trim() !== "") yield { line, number };
    }
  }
  number++;
  if (pending.trim() !== "") yield { line: pending, number };
}
