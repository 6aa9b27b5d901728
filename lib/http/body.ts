/**
 * Reading of request bodies, within bounds of size and time.
 *
 * @module
 */

import type { Deadlines } from "./deadline.ts";

/** What a body may be. */
export interface BodyLimits {
  /** Longest body, or longest line of a body that is read line by line. */
  maxBytes: number;
  /** How long a body, or the next part of a stream, may take to arrive. */
  deadlines: Deadlines;
}

/** Longest body that is read line by line. */
const MOST_LINES_BYTES = 64 * 2 ** 20;

/** A body that cannot be taken, with the HTTP status that says why. */
export class BodyError extends Error {
  override name = "BodyError";

  constructor(readonly status: 400 | 408 | 413, message: string) {
    super(message);
  }
}

/**
 * Reads a JSON body.
 *
 * @throws {BodyError} when it is too large, too slow, or not JSON
 */
export async function readJson(
  request: Request,
  limits: BodyLimits,
): Promise<unknown> {
  return parseJson(await readText(request, limits));
}

/** Parses JSON. Throws {@linkcode BodyError}. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BodyError(400, `this is not JSON: ${(error as Error).message}`);
  }
}

async function readText(
  request: Request,
  limits: BodyLimits,
): Promise<string> {
  const declared = request.headers.get("content-length");
  if (declared !== null) {
    if (Number(declared) > limits.maxBytes) throw tooLarge(limits.maxBytes);
    return await arrive(request.text(), limits);
  }
  if (!request.body) return "";
  const reader = request.body.getReader();
  try {
    return await arrive(collect(reader, limits.maxBytes), limits);
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function collect(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    text += decoder.decode(value, { stream: true });
  }
}

/**
 * Reads the lines of a body as they come: those of each part together. Empty
 * lines are left out.
 *
 * @throws {BodyError} when a line or the whole is too long, or the next part
 * too slow
 */
export async function* readLines(
  request: Request,
  limits: BodyLimits,
): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let pending = "";
  let size = 0;
  for await (const chunk of chunks(request, limits)) {
    size += chunk.length;
    if (size > MOST_LINES_BYTES) {
      throw new BodyError(
        413,
        `more than ${MOST_LINES_BYTES} bytes in a request`,
      );
    }
    const lines = (pending + decoder.decode(chunk, { stream: true }))
      .split("\n");
    if (lines.some((line) => line.length > limits.maxBytes)) {
      throw new BodyError(
        413,
        `a line of more than ${limits.maxBytes} bytes (body_limit)`,
      );
    }
    pending = lines.pop()!;
    yield lines.filter((line) => line.trim() !== "");
  }
  pending += decoder.decode();
  if (pending.trim() !== "") yield [pending];
}

async function* chunks(
  request: Request,
  limits: BodyLimits,
): AsyncGenerator<Uint8Array> {
  if (!request.body) return;
  const reader = request.body.getReader();
  try {
    for (;;) {
      const { done, value } = await arrive(reader.read(), limits);
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Waits for a part of a body, but not for ever. */
async function arrive<T>(
  part: Promise<T>,
  { deadlines }: BodyLimits,
): Promise<T> {
  try {
    return await deadlines.within(part, tooLate);
  } catch (error) {
    if (error instanceof BodyError) throw error;
    // The client has gone; nobody will read this.
    throw new BodyError(
      400,
      `the body was cut off: ${(error as Error).message}`,
    );
  }
}

function tooLate(): BodyError {
  return new BodyError(
    408,
    "the body took too long to arrive (request_timeout)",
  );
}

function tooLarge(maxBytes: number): BodyError {
  return new BodyError(413, `more than ${maxBytes} bytes (body_limit)`);
}
