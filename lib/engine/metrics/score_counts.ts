/**
 * How often rules gave which symbol.
 *
 * @module
 */

import type { MailClass } from "../../features/mail_class.ts";
import { Counter } from "../../metrics/counter.ts";
import { counter, type Family } from "../../metrics/family.ts";
import { LabelValues } from "../../metrics/label_values.ts";
import { Lines, MOST_RULES } from "../../metrics/lines.ts";

/** What a symbol is inserted for, if one is. */
export type Side = MailClass | "none";

/** Counts scores. It is part of each, so it takes some nanoseconds only. */
export class ScoreCounts {
  readonly #lines = new Lines<Record<Side, number>>(
    () => ({ spam: 0, ham: 0, none: 0 }),
  );
  readonly #rules = new LabelValues(MOST_RULES);
  readonly #unscored = new Counter(
    "neurald_unscored_scans_total",
    "Scans that a rule gave no score for want of a model, or of such settings.",
    ["rule"],
  );

  /** Counts a score. */
  add(rule: string, settings: string, side: Side): void {
    this.#lines.of(rule, settings)[side]++;
  }

  /** Counts a scan that a rule had no model for. */
  addUnscored(rule: string): void {
    this.#unscored.add({ rule: this.#rules.of(rule) });
  }

  /** What was counted so far. */
  families(): Family[] {
    const samples = this.#lines.list().flatMap(({ labels, figures }) =>
      Object.entries(figures).map(([symbol, value]) => ({
        labels: { ...labels, symbol },
        value,
      }))
    );
    return [
      counter(
        "neurald_scores_total",
        "Scores that rules gave, by the kind of symbol that was to be inserted.",
        samples,
      ),
      this.#unscored.family(),
    ];
  }
}
