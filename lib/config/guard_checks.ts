/**
 * Checks of guards, `neurald { guards { NAME { } } }`.
 *
 * @module
 */

import { ExpressionError } from "../policy/expression/expression_error.ts";
import { parseExpression } from "../policy/expression/parser.ts";
import type { GuardConfig } from "./config.ts";
import { NEURALD_SECTION } from "./options.ts";
import { NEURALD_OPTIONS } from "./options/neurald.ts";
import type { Severity } from "./problem.ts";
import {
  type Findings,
  inside,
  placeOf,
  type Scope,
} from "./section_reader.ts";

/** Options that are about a URL only. */
const URL_OPTIONS = ["timeout", "on_error"];

/** Reports guards that would not guard, or not as they seem to. */
export function checkGuards(
  guards: ReadonlyMap<string, GuardConfig>,
  findings: Findings,
): void {
  const root: Scope = { key: "", path: "", findings };
  const outer = inside(
    inside(root, NEURALD_SECTION.name),
    NEURALD_OPTIONS.guards.name,
  );
  for (const [name, guard] of guards) checkGuard(guard, inside(outer, name));
}

function checkGuard({ url, condition }: GuardConfig, scope: Scope): void {
  const { origins, problems, wrong } = scope.findings;
  const report = (severity: Severity, option: string, message: string) =>
    problems.add(
      severity,
      placeOf(option, scope),
      option === "" ? scope.key : inside(scope, option).key,
      message,
    );
  const isWrong = (option: string) => wrong.has(inside(scope, option).path);
  if (isWrong("url") || isWrong("condition")) return;
  if (url === undefined && condition === undefined) {
    report("error", "", "a guard needs a url or a condition");
    return;
  }
  if (condition === undefined) return;
  if (url !== undefined) {
    report("error", "condition", "a guard has a url or a condition, not both");
  }
  try {
    parseExpression(condition);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    report("error", "condition", error.message);
  }
  for (const option of URL_OPTIONS) {
    const origin = origins.get(inside(scope, option).path);
    if (origin === "default" || url !== undefined) continue;
    report("warning", option, "has no effect without a url");
  }
}
