/**
 * How long a store takes, and how often and why it fails.
 *
 * @module
 */

import { Counter } from "../metrics/counter.ts";
import { counter, type Family } from "../metrics/family.ts";
import { Histograms } from "../metrics/histogram.ts";
import { STORE_ERROR_KINDS, storeErrorKind } from "./error_kind.ts";
import { StoreError } from "./store.ts";
import type { StoreEvent } from "./watched_store.ts";

/** A store gives up after ten seconds by default. */
const BOUNDS_SECONDS = [
  ...[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5],
  ...[1, 2.5, 5, 10],
];

/** Measures a store, of whatever kind it is. */
export class StoreFigures {
  readonly #durations = new Histograms(
    "neurald_store_operation_duration_seconds",
    "How long operations of the store took, whether they failed or not.",
    "operation",
    BOUNDS_SECONDS,
  );
  readonly #errors = new Counter(
    "neurald_store_errors_total",
    "Operations that the store failed to do, by kind of reason.",
    ["reason"],
  );
  #damages = 0;

  /** Nothing was measured so far. */
  constructor() {
    for (const reason of STORE_ERROR_KINDS) this.#errors.add({ reason }, 0);
  }

  /** Notes what the store did. */
  observe({ operation, durationMs, error }: StoreEvent): void {
    const label = operation.replaceAll(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
    this.#durations.observe(label, durationMs / 1000);
    if (error instanceof StoreError) {
      this.#errors.add({ reason: storeErrorKind(error) });
    }
  }

  /** Notes that the store was found damaged. */
  noteDamage(): void {
    this.#damages++;
  }

  /** What was measured so far. */
  families(): Family[] {
    return [
      this.#durations.family(),
      this.#errors.family(),
      counter(
        "neurald_store_damaged_files_total",
        "Files of the store that were found damaged.",
        this.#damages,
      ),
    ];
  }
}
