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

/** Lines can be much shorter than their answers, which are kept till the end. */
const MOST_ANSWER_CHARACTERS = 64 * 2 ** 20;

/** Whether a request sends newline-delimited JSON. */
export function isNdjson(request: Request): boolean {
  const type = request.headers.get("content-type") ?? "";
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
  const answers: string[] = [];
  let size = 0;
  for await (const lines of readLines(request, limits)) {
    for (let at = 0; at < lines.length; at += BATCH_LINES) {
      const batch = await answer(lines.slice(at, at + BATCH_LINES));
      const text = batch.map((one) => JSON.stringify(one) + "\n").join("");
      size += text.length;
      if (size > MOST_ANSWER_CHARACTERS) {
        throw new BodyError(413, "too many lines in a request");
      }
      answers.push(text);
      // Other requests get their turn: a part of a body that has arrived comes
      // without a wait.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
  return new Response(answers.join(""), {
    headers: { "content-type": NDJSON },
  });
}
