/**
 * Reading of request bodies, within bounds of size and time.
 *
 * @module
 */

import { noteArrival } from "../log/request.ts";
import { joinBytes } from "../bytes.ts";
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

  constructor(readonly status: 400 | 408 | 413 | 415, message: string) {
    super(message);
  }
}

/** A line of a body, or why it cannot be read. */
export type Line = string | BodyError;

/**
 * Reads a JSON body.
 *
 * @param leastBytes how long it may be, also where the limit is lower
 * @throws {BodyError} when it is too large, too slow, or not JSON
 */
export async function readJson(
  request: Request,
  limits: BodyLimits,
  leastBytes = 0,
): Promise<unknown> {
  return parseJson(textOf(await readBytes(request, limits, leastBytes)));
}

/**
 * Parses the JSON of a line.
 *
 * @throws {BodyError} when it cannot be read, or is not JSON
 */
export function parseLine(line: Line): unknown {
  if (line instanceof BodyError) throw line;
  return parseJson(line);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BodyError(400, `this is not JSON: ${(error as Error).message}`);
  }
}

function checkEncoding({ headers }: Request): void {
  const encoding = headers.get("content-encoding");
  if (encoding === null || encoding.toLowerCase() === "identity") return;
  throw new BodyError(
    415,
    `Content-Encoding: ${
      encoding.slice(0, 100)
    } is not understood; send the body as it is`,
  );
}

/**
 * Reads a body as it is.
 *
 * @param leastBytes how long it may be, also where the limit is lower
 * @throws {BodyError} when it is too large or too slow
 */
export async function readBytes(
  request: Request,
  limits: BodyLimits,
  leastBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  checkEncoding(request);
  const maxBytes = Math.max(limits.maxBytes, leastBytes);
  const tooLarge = () => {
    const option = maxBytes === limits.maxBytes ? " (body_limit)" : "";
    return new BodyError(413, `more than ${maxBytes} bytes${option}`);
  };
  const declared = request.headers.get("content-length");
  if (declared !== null) {
    if (Number(declared) > maxBytes) throw tooLarge();
    return await arrive(request.bytes(), limits);
  }
  if (!request.body) return new Uint8Array(0);
  const reader = request.body.getReader();
  try {
    return await arrive(collect(reader, maxBytes, tooLarge), limits);
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function collect(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  maxBytes: number,
  tooLarge: () => BodyError,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return whole(parts);
    size += value.length;
    if (size > maxBytes) throw tooLarge();
    parts.push(value);
  }
}

/** All parts in one; a single one is not copied. */
function whole(
  parts: readonly Uint8Array<ArrayBuffer>[],
): Uint8Array<ArrayBuffer> {
  return parts.length === 1 ? parts[0] : joinBytes(parts);
}

const DECODER = new TextDecoder();
const STRICT_DECODER = new TextDecoder("utf-8", { fatal: true });

/**
 * Decodes UTF-8. Strictly only where something looks wrong: that takes four
 * times as long.
 */
function textOf(bytes: Uint8Array): string {
  const text = DECODER.decode(bytes);
  if (!text.includes("\ufffd")) return text;
  try {
    return STRICT_DECODER.decode(bytes);
  } catch {
    throw new BodyError(400, "the body is not UTF-8");
  }
}

const NEWLINE = 10;

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
): AsyncGenerator<Line[]> {
  checkEncoding(request);
  let size = 0;
  /** Parts of a line whose end has not come. */
  let begun: Uint8Array<ArrayBuffer>[] = [];
  let begunBytes = 0;
  for await (const chunk of chunks(request, limits)) {
    size += chunk.length;
    if (size > MOST_LINES_BYTES) {
      throw new BodyError(
        413,
        `more than ${MOST_LINES_BYTES} bytes in a request`,
      );
    }
    const lines: Line[] = [];
    let at = 0;
    while (at < chunk.length && begunBytes <= limits.maxBytes) {
      const newline = chunk.indexOf(NEWLINE, at);
      const end = newline < 0 ? chunk.length : newline;
      begun.push(chunk.subarray(at, end));
      begunBytes += end - at;
      at = end + 1;
      if (newline < 0 || begunBytes > limits.maxBytes) continue;
      addLine(lines, whole(begun));
      begun = [];
      begunBytes = 0;
    }
    yield lines;
    if (begunBytes > limits.maxBytes) {
      throw new BodyError(
        413,
        `a line of more than ${limits.maxBytes} bytes (body_limit)`,
      );
    }
  }
  const last: Line[] = [];
  addLine(last, whole(begun));
  yield last;
}

/** Adds a line unless it is empty. */
function addLine(lines: Line[], bytes: Uint8Array): void {
  try {
    const line = textOf(bytes);
    if (line.trim() !== "") lines.push(line);
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    lines.push(error);
  }
}

async function* chunks(
  request: Request,
  limits: BodyLimits,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
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
    const arrived = await deadlines.within(part, tooLate);
    noteArrival();
    return arrived;
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
