/**
 * What is asked for in the query of a request, and in its body beside the scan.
 *
 * @module
 */

import type { Context } from "hono";
import { RequestError } from "./failure.ts";

/** Most contributions that are given. */
const MOST_EXPLAINED = 1000;

/**
 * Checks the query of a request.
 *
 * @param known the parameters that it may have, each once
 * @throws {RequestError} when it has another one, or one twice
 */
export function checkQuery(url: string, known: readonly string[]): void {
  const start = url.indexOf("?");
  if (start < 0) return;
  const seen = new Set<string>();
  for (const name of new URLSearchParams(url.slice(start)).keys()) {
    const quoted = JSON.stringify(name.slice(0, 100));
    if (!known.includes(name)) {
      const possible = known.length > 0
        ? `possible are: ${known.join(", ")}`
        : "none is possible here";
      throw new RequestError(`there is no parameter ${quoted}; ${possible}`);
    }
    if (seen.has(name)) {
      throw new RequestError(`the parameter ${quoted} is there twice`);
    }
    seen.add(name);
  }
}

/**
 * Reads `explain=N`: how many contributions are asked for.
 *
 * @throws {RequestError} when it is not a whole number up to 1000
 */
export function explainCount(context: Context): number {
  const text = context.req.query("explain");
  if (text === undefined) return 0;
  if (!/^\d+$/.test(text) || Number(text) > MOST_EXPLAINED) {
    throw new RequestError(
      `explain: a whole number up to ${MOST_EXPLAINED} is needed, not ${
        JSON.stringify(text.slice(0, 100))
      }`,
    );
  }
  return Number(text);
}

/**
 * The rule that a scan is for: the query may name it, or the scan itself.
 *
 * @param json the scan, an object
 * @param inQuery the rule in the query
 * @throws {RequestError} when it is no name, or both name one, and not the same
 */
export function ruleFor(
  json: unknown,
  inQuery: string | undefined,
): string | undefined {
  const named = (json as { rule?: unknown }).rule ?? undefined;
  if (named === undefined) return inQuery;
  if (typeof named !== "string") {
    throw new RequestError("rule: a name is needed");
  }
  if (inQuery !== undefined && named !== inQuery) {
    throw new RequestError("rule: the query names another one");
  }
  return named;
}
