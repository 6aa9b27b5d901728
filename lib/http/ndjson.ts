/**
 * Many requests in one: newline-delimited JSON, answered line by line.
 *
 * The answers are sent when all lines have been read. To send the first ones
 * while others still arrive would be nicer, but Deno's server stops reading a
 * request once it responds (2.8.3 to 2.9.5, denoland/deno#36624), and many
 * clients do not read before they have sent everything.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { BodyError, type BodyLimits, readLines } from "./body.ts";

/** Content type of newline-delimited JSON. */
export const NDJSON = "application/x-ndjson";

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
  return type.split(";")[0].trim().toLowerCase() === NDJSON;
}

/**
 * Answers every line of a request, in order.
 *
 * @param answer gives one answer for each line of a batch; it does not reject
 * for what a line says
 * @throws {import("./body.ts").BodyError} when the body cannot be taken
 */
export async function answerLines(
  request: Request,
  limits: BodyLimits,
  answer: (lines: string[]) => unknown[] | Promise<unknown[]>,
): Promise<Response> {
  const texts: Promise<string>[] = [];
  let size = 0;
  const answerBatch = async (lines: string[]) => {
    const batch = await answer(lines);
    const text = batch.map((one) => JSON.stringify(one) + "\n").join("");
    size += text.length;
    return text;
  };
  for await (const lines of readLines(request, limits)) {
    for (let at = 0; at < lines.length; at += BATCH_LINES) {
      const text = answerBatch(lines.slice(at, at + BATCH_LINES));
      // Whether it fails is asked below, or no longer when another has failed.
      text.catch(() => {});
      texts.push(text);
      await texts.at(-MOST_BATCHES);
      if (size > MOST_ANSWER_CHARACTERS) {
        throw new BodyError(413, "too many lines in a request");
      }
      // Other requests get their turn: a part of a body that has arrived comes
      // without a wait.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
  return new Response((await Promise.all(texts)).join(""), {
    headers: { "content-type": NDJSON },
  });
}
