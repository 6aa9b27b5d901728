/**
 * How long a store takes, and how often and why it fails.
 *
 * @module
 */

import { Counter } from "../metrics/counter.ts";
import { counter, type Family } from "../metrics/family.ts";
import { Histograms } from "../metrics/histogram.ts";
import { STORE_ERROR_KINDS, storeErrorKind } from "./error_kind.ts";
import { type Store, StoreError } from "./store.ts";

/** What a store is asked for, and may fail at. */
type Operation = {
  [Name in keyof Store]-?: Store[Name] extends
    ((...args: never[]) => Promise<unknown>) | undefined ? Name : never;
}[keyof Store];

/** All but its end; the compiler sees to it that none is missing. */
const OPERATIONS: Readonly<Record<Exclude<Operation, "close">, true>> = {
  followRspamd: true,
  check: true,
  series: true,
  overview: true,
  profiles: true,
  model: true,
  touch: true,
  carryOver: true,
  tend: true,
  prune: true,
  remove: true,
  counts: true,
  pool: true,
  addSamples: true,
  reserve: true,
  samples: true,
  takeIn: true,
  quarantine: true,
  lock: true,
  extendLock: true,
  unlock: true,
  publish: true,
  recordTraining: true,
  trainings: true,
};

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

  /** The same store, measured. */
  watch(store: Store): Store {
    const watched: Record<string, unknown> = {};
    for (const name of Object.keys(OPERATIONS)) {
      const operation = store[name as keyof typeof OPERATIONS];
      if (!operation) continue;
      const label = name.replaceAll(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
      watched[name] = (...args: never[]) =>
        this.#measure(
          label,
          (operation as (...args: never[]) => Promise<unknown>)(...args),
        );
    }
    // What is no operation, such as its URL, is asked of the store itself.
    return Object.assign(Object.create(store), watched);
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

  async #measure<T>(name: string, answer: Promise<T>): Promise<T> {
    const begin = performance.now();
    try {
      return await answer;
    } catch (error) {
      if (error instanceof StoreError) {
        this.#errors.add({ reason: storeErrorKind(error) });
      }
      throw error;
    } finally {
      this.#durations.observe(name, (performance.now() - begin) / 1000);
    }
  }
}
