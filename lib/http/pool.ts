/**
 * `GET /v1/pool`: what is kept to learn from.
 *
 * @module
 */

import type { Context } from "hono";
import type { Service } from "./service.ts";

/** Describes the pools of all rules, or of one. */
export async function pool(
  context: Context,
  { engine }: Service,
): Promise<Response> {
  return Response.json(await engine.pools(context.req.query("rule")));
}
