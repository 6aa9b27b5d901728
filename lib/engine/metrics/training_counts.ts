/**
 * How trainings ended, and how long they took.
 *
 * @module
 */

import { Counter } from "../../metrics/counter.ts";
import type { Family } from "../../metrics/family.ts";
import { Histograms } from "../../metrics/histogram.ts";
import { LabelValues } from "../../metrics/label_values.ts";
import { MOST_RULES } from "../../metrics/lines.ts";
import { StoreError } from "../../store/store.ts";
import { TrainerError } from "../../train/trainer.ts";
import { LockedError, LostLockError } from "../lease.ts";
import type { TrainingReport } from "../training.ts";

/** How a training may end; it is told of in a report, or by an error. */
const OUTCOMES = [
  ...["published", "refused", "failed", "waiting"] satisfies TrainingReport[
    "outcome"
  ][],
  /** It was given up for something else. */
  "aborted",
  /** Somebody else held the lock, and it did not begin. */
  "locked",
  /** Somebody else took the lock. */
  "lock_lost",
  /** The store failed. */
  "store_failed",
] as const;

type Outcome = typeof OUTCOMES[number];

const BOUNDS_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900];

/** Counts trainings that this process was to do. */
export class TrainingCounts {
  readonly #rules = new LabelValues(MOST_RULES);
  readonly #trainings = new Counter(
    "neurald_trainings_total",
    "Trainings by how they ended.",
    ["rule", "outcome"],
  );
  readonly #durations = new Histograms(
    "neurald_training_duration_seconds",
    "How long trainings took that began, whatever came of them.",
    "rule",
    BOUNDS_SECONDS,
  );

  /** Makes a rule known before it was trained. */
  addRule(name: string): void {
    const rule = this.#rules.of(name);
    for (const outcome of OUTCOMES) this.#trainings.add({ rule, outcome }, 0);
  }

  /**
   * Counts a training when it has ended.
   *
   * @returns what it gives
   */
  async watch<Report extends TrainingReport | undefined>(
    ruleName: string,
    training: () => Promise<Report>,
  ): Promise<Report> {
    const begin = performance.now();
    const end = (outcome: Outcome) => {
      const rule = this.#rules.of(ruleName);
      this.#trainings.add({ rule, outcome });
      if (outcome === "locked") return;
      this.#durations.observe(rule, (performance.now() - begin) / 1000);
    };
    try {
      const report = await training();
      // Without one it was not to be trained any more.
      if (report) end(report.outcome);
      return report;
    } catch (error) {
      end(outcomeOf(error));
      throw error;
    }
  }

  /** What was counted so far. */
  families(): Family[] {
    return [this.#trainings.family(), this.#durations.family()];
  }
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof LockedError) return "locked";
  if (error instanceof LostLockError) return "lock_lost";
  if (error instanceof StoreError) return "store_failed";
  // Those that fail are reported.
  return error instanceof TrainerError ? "aborted" : "failed";
}
