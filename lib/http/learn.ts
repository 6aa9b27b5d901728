/**
 * `POST /v1/learn`: teaches the networks.
 *
 * @module
 */

import type { Context } from "hono";
import type { LearnAnswer, LearnRequest } from "../engine/learner.ts";
import type { MailClass } from "../features/mail_class.ts";
import { parseScan } from "../features/scan.ts";
import { type Line, parseLine, readJson } from "./body.ts";
import { RequestError } from "./failure.ts";
import { answerLines, isNdjson } from "./ndjson.ts";
import { ruleFor } from "./query.ts";
import { joinReasons } from "./reasons.ts";
import type { Service } from "./service.ts";

/** What is answered to one scan: in short, and what each rule made of it. */
interface Answer {
  /** Whether a rule learned it. */
  learned: boolean;
  class?: MailClass;
  /** Why no rule learned it. */
  reason?: string;
  results: LearnAnswer[];
}

/** Learns one scan, or each line of NDJSON. */
export async function learn(
  context: Context,
  { engine, limits, failures }: Service,
): Promise<Response> {
  const request = context.req.raw;
  const rule = context.req.query("rule");
  if (!isNdjson(request)) {
    const parsed = parseRequest(await readJson(request, limits), rule);
    const [results] = await engine.learn([parsed]);
    if (results instanceof Error) throw results;
    return Response.json(summary(results));
  }
  engine.networks.rules(rule);
  let before: Promise<unknown> = Promise.resolve();
  return await answerLines(request, limits, (lines) => {
    const answers = learnLines({ engine, failures }, lines, rule, before);
    before = answers.catch(() => {});
    return answers;
  });
}

/**
 * One line that cannot be understood does not keep the others back.
 *
 * @param before resolves when the lines before have been learned: where the
 * class is to be found out, it matters how many samples there are already
 */
async function learnLines(
  { engine, failures }: Pick<Service, "engine" | "failures">,
  lines: Line[],
  rule: string | undefined,
  before: Promise<unknown>,
): Promise<unknown[]> {
  const answers: unknown[] = [];
  const requests: LearnRequest[] = [];
  const positions: number[] = [];
  for (const [i, line] of lines.entries()) {
    try {
      requests.push(parseRequest(parseLine(line), rule));
      positions.push(i);
    } catch (error) {
      answers[i] = failures.line(error);
    }
  }
  if (requests.some((request) => request.class === undefined)) await before;
  try {
    const results = await engine.learn(requests);
    for (const [k, result] of results.entries()) {
      answers[positions[k]] = result instanceof Error
        ? failures.line(result)
        : summary(result);
    }
  } catch (error) {
    // What other lines were told stands: each line of these hears it.
    const failure = failures.line(error);
    for (const position of positions) answers[position] = failure;
  }
  return answers;
}

/** A scan with its class; the rule may also be named in the query. */
function parseRequest(
  json: unknown,
  rule: string | undefined,
): LearnRequest {
  const scan = parseScan(json);
  const { class: given, source } = json as {
    class?: unknown;
    source?: unknown;
  };
  const mailClass = parseClass(given);
  return {
    scan,
    class: mailClass,
    source: parseSource(source, mailClass),
    rule: ruleFor(json, rule),
  };
}

function parseSource(
  json: unknown,
  mailClass: MailClass | undefined,
): LearnRequest["source"] {
  if (json === undefined || json === null) return undefined;
  if (json !== "hand" && json !== "folder") {
    throw new RequestError('source: "hand" or "folder" is needed');
  }
  if (mailClass !== undefined) return json;
  throw new RequestError("source: a class is needed, too");
}

function parseClass(json: unknown): MailClass | undefined {
  if (json === undefined || json === null) return undefined;
  if (json === "spam" || json === "ham") return json;
  throw new RequestError('class: "spam" or "ham" is needed');
}

function summary(results: LearnAnswer[]): Answer {
  const taught = results.find(({ learned }) => learned);
  if (taught) return { learned: true, class: taught.class, results };
  return { learned: false, reason: joinReasons(results), results };
}
