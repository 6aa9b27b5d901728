/**
 * What became of the answers of guards.
 *
 * @module
 */

import { Counter } from "../../metrics/counter.ts";
import type { Family } from "../../metrics/family.ts";
import { LabelValues } from "../../metrics/label_values.ts";
import type { GuardStatus } from "../../policy/guards/guard.ts";

/** So many guards have a name of their own. */
const MOST_GUARDS = 50;

/** Describes what guards have answered. */
export function guardFamilies(guards: readonly GuardStatus[]): Family[] {
  const values = new LabelValues(MOST_GUARDS);
  const questions = new Counter(
    "neurald_guard_questions_total",
    "Questions to a guard, each about a message and a class.",
    ["guard"],
  );
  const refusals = new Counter(
    "neurald_guard_refusals_total",
    "Questions that a guard answered by no.",
    ["guard"],
  );
  const failures = new Counter(
    "neurald_guard_failures_total",
    "Questions that a guard gave no answer to, or none in time.",
    ["guard"],
  );
  for (const { name, asked, refused, failed } of guards) {
    const labels = { guard: values.of(name) };
    questions.add(labels, asked);
    refusals.add(labels, refused);
    failures.add(labels, failed);
  }
  return [questions.family(), refusals.family(), failures.family()];
}
