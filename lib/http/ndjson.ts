/**
 * Many requests in one: newline-delimited JSON, answered line by line.
 *
 * The answers are sent when all lines have been read: many clients do not read
 * before they have sent everything.
 *
 * @module
 */

import { Turns } from "../engine/turns.ts";
import { BodyError, type BodyLimits, type Line, readLines } from "./body.ts";
import { largeResponse } from "./large_response.ts";

const ENCODER = new TextEncoder();

/** Content type of the answers. */
const NDJSON = "application/x-ndjson";

/** Content types of newline-delimited JSON. */
const NDJSON_TYPES = [
  NDJSON,
  "application/ndjson",
  "application/jsonl",
  "application/x-jsonlines",
];

/** Most lines that are worked on together. */
const BATCH_LINES = 128;

/**
 * Most batches that wait for the store at a time: it makes several durable as
 * fast as one.
 */
const MOST_BATCHES = 8;

/** Lines can be much shorter than their answers, which are kept till the end. */
const MOST_ANSWER_CHARACTERS = 64 * 2 ** 20;

/** Whether a request sends newline-delimited JSON. */
export function isNdjson(request: Request): boolean {
  const type = request.headers.get("content-type");
  if (type === null || type === "application/json") return false;
  return NDJSON_TYPES.includes(type.split(";")[0].trim().toLowerCase());
}

/**
 * Answers every line of a request, in order. When the body cannot be taken to
 * its end, a last line says so: the lines before may have been learned.
 *
 * @param answer gives one answer for each line of a batch; it does not reject
 * for what a line says
 * @throws {BodyError} when the body cannot be taken, and no line was answered
 */
export async function answerLines(
  request: Request,
  limits: BodyLimits,
  answer: (lines: Line[]) => unknown[] | Promise<unknown[]>,
): Promise<Response> {
  const texts: Promise<string>[] = [];
  let last = "";
  try {
    await answerBatches(texts, readLines(request, limits), answer);
  } catch (error) {
    if (!(error instanceof BodyError) || texts.length === 0) throw error;
    const { message, status } = error;
    last = textOf({ error: `${message}; the rest was not read`, status });
  }
  const text = (await Promise.all(texts)).join("") + last;
  return largeResponse(ENCODER.encode(text), { "content-type": NDJSON });
}

/** @param texts the answers are added to it, in order */
async function answerBatches(
  texts: Promise<string>[],
  parts: AsyncIterable<Line[]>,
  answer: (lines: Line[]) => unknown[] | Promise<unknown[]>,
): Promise<void> {
  const turns = new Turns();
  let size = 0;
  const answerBatch = async (lines: Line[]) => {
    const text = (await answer(lines)).map(textOf).join("");
    size += text.length;
    return text;
  };
  for await (const lines of parts) {
    for (let at = 0; at < lines.length; at += BATCH_LINES) {
      const text = answerBatch(lines.slice(at, at + BATCH_LINES));
      // Whether it fails is asked when all are there, or no longer when another
      // has failed.
      text.catch(() => {});
      texts.push(text);
      await texts.at(-MOST_BATCHES);
      if (size > MOST_ANSWER_CHARACTERS) {
        throw new BodyError(413, "too many lines in a request");
      }
      // A part of a body that has arrived comes without a wait.
      await turns.next();
    }
  }
}

function textOf(answer: unknown): string {
  return JSON.stringify(answer) + "\n";
}
