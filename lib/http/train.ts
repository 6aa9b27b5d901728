/**
 * `POST /v1/train`: trains now.
 *
 * @module
 */

import type { Context } from "hono";
import type { TrainingAnswer } from "../engine/engine.ts";
import { joinReasons } from "./reasons.ts";
import type { Service } from "./service.ts";

/** Trains all networks, or those of one rule, and answers when it is done. */
export async function train(
  context: Context,
  { engine }: Service,
): Promise<Response> {
  const results = await engine.train(context.req.query("rule"));
  const trained = results.some(({ report }) => report?.outcome === "published");
  const reason = trained ? undefined : whyNot(results);
  return Response.json({ trained, reason, results });
}

/** Why trainings published nothing. */
export function whyNot(answers: TrainingAnswer[]): string {
  if (answers.length === 0) return "nothing has been learned yet";
  return joinReasons(
    answers.map(({ rule, report, reason }) => ({
      rule,
      reason: report?.reason ?? reason,
    })),
  );
}
