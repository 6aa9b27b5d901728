/**
 * What became of what was to be learned.
 *
 * @module
 */

import { MAIL_CLASSES, type MailClass } from "../../features/mail_class.ts";
import { Counter } from "../../metrics/counter.ts";
import type { Family } from "../../metrics/family.ts";
import { LabelValues } from "../../metrics/label_values.ts";
import { MOST_RULES } from "../../metrics/lines.ts";
import type { SampleOutcome } from "../../store/store.ts";
import { kindOf } from "../refusals.ts";

/** What may become of a scan: a sample, nothing, or the store failed. */
const OUTCOMES = [
  ...["added", "known", "moved"] satisfies SampleOutcome[],
  ...["refused", "failed"],
];

/** A scan that was to be learned, and what became of it. */
export interface Learned {
  learned: boolean;
  class?: MailClass;
  /** Absent where it was to be kept, and the store failed. */
  outcome?: SampleOutcome;
  reason?: string;
}

/** Counts what rules learned. */
export class LearnCounts {
  readonly #rules = new LabelValues(MOST_RULES);
  readonly #learns = new Counter(
    "neurald_learns_total",
    "Scans and vectors that a rule was to learn, by what became of them.",
    ["rule", "class", "outcome"],
  );
  readonly #refusals = new Counter(
    "neurald_learns_refused_total",
    "Scans that a rule did not learn, by kind of reason.",
    ["rule", "class", "reason"],
  );

  /** Makes a rule known before it has learned anything. */
  addRule(name: string): void {
    const rule = this.#rules.of(name);
    for (const mailClass of MAIL_CLASSES) {
      for (const outcome of OUTCOMES) {
        this.#learns.add({ rule, class: mailClass, outcome }, 0);
      }
    }
  }

  /** Counts what a rule made of a scan. */
  add(ruleName: string, learned: Learned): void {
    const rule = this.#rules.of(ruleName);
    const mailClass = learned.class ?? "unknown";
    const isRefused = !learned.learned || learned.outcome === "overruled";
    const outcome = isRefused ? "refused" : learned.outcome ?? "failed";
    this.#learns.add({ rule, class: mailClass, outcome });
    if (!isRefused) return;
    const reason = learned.outcome === "overruled"
      ? "taught_by_hand"
      : kindOf(learned.reason ?? "").replaceAll(" ", "_");
    this.#refusals.add({ rule, class: mailClass, reason });
  }

  /** What was counted so far. */
  families(): Family[] {
    return [this.#learns.family(), this.#refusals.family()];
  }
}
