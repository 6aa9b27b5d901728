/**
 * `POST /v1/score`: what the networks say of scans.
 *
 * @module
 */

import type { Context } from "hono";
import type { ScoreOptions } from "../engine/scorer.ts";
import { parseScan } from "../features/scan.ts";
import { parseJson, readJson } from "./body.ts";
import { answerLines, isNdjson } from "./ndjson.ts";
import type { Service } from "./service.ts";
import { explainCount } from "./query.ts";

/** Answers one scan, or each line of NDJSON. */
export async function score(
  context: Context,
  { engine, limits, failures }: Service,
): Promise<Response> {
  const request = context.req.raw;
  const options: ScoreOptions = {
    rule: context.req.query("rule"),
    explain: explainCount(context.req.query("explain")),
  };
  const answer = (json: unknown) => ({
    results: engine.score(parseScan(json), options),
  });
  if (!isNdjson(request)) {
    return Response.json(answer(await readJson(request, limits)));
  }
  engine.networks.rules(options.rule);
  return await answerLines(request, limits, (lines) =>
    lines.map((line) => {
      try {
        return answer(parseJson(line));
      } catch (error) {
        return failures.line(error);
      }
    }));
}
