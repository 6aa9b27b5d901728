/**
 * `POST /v1/score`: what the networks say of scans.
 *
 * @module
 */

import type { Context } from "hono";
import { parseScan } from "../features/scan.ts";
import { parseLine, readJson } from "./body.ts";
import { answerLines, isNdjson } from "./ndjson.ts";
import { explainCount, ruleFor } from "./query.ts";
import type { Service } from "./service.ts";

/** Answers one scan, or each line of NDJSON. */
export async function score(
  context: Context,
  { engine, limits, failures }: Service,
): Promise<Response> {
  const request = context.req.raw;
  const rule = context.req.query("rule");
  const explain = explainCount(context);
  const answer = (json: unknown) => {
    const scan = parseScan(json);
    return {
      results: engine.score(scan, { rule: ruleFor(json, rule), explain }),
    };
  };
  if (!isNdjson(request)) {
    return Response.json(answer(await readJson(request, limits)));
  }
  engine.networks.rules(rule);
  return await answerLines(request, limits, (lines) =>
    lines.map((line) => {
      try {
        return answer(parseLine(line));
      } catch (error) {
        return failures.line(error);
      }
    }));
}
