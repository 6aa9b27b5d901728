/**
 * What happens to a pool of samples, for property tests.
 *
 * @module
 */

import fc from "fast-check";
import type { Sample, Store } from "../../lib/store/store.ts";
import { anySample } from "./arbitrary_sample.ts";
import { referenceStore } from "./reference.ts";

const HOUR_SECONDS = 3_600;

/** Something that happens to a pool. */
export type Step =
  | { samples: Sample[]; limit: number }
  | { upTo: number; retain: number }
  | { unreadable: number };

/** Any of these; what counts samples counts the oldest first. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      samples: fc.array(anySample, { minLength: 1, maxLength: 6 }),
      limit: fc.constantFrom(0, 2, 3, 4, 50),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ upTo: fc.nat(8), retain: fc.nat(3) }),
  },
  { weight: 1, arbitrary: fc.record({ unreadable: fc.nat(8) }) },
);

/** What keeps a pool. */
export type Pool = Pick<
  Store,
  | "addSamples"
  | "samples"
  | "lock"
  | "recordTraining"
  | "quarantine"
  | "pool"
>;

/** Takes a step, and tells the outcomes of its samples. */
export async function take(
  step: Step,
  series: string,
  store: Pool,
): Promise<unknown> {
  if ("samples" in step) {
    return await store.addSamples(series, step.samples, step.limit);
  }
  const { ids } = await store.samples(series);
  if ("retain" in step) {
    const upTo = ids.slice(0, step.upTo).at(-1) ?? 0;
    const settlement = { upTo, retain: step.retain };
    await store.lock(series, "me", HOUR_SECONDS);
    await store.recordTraining(series, "me", "{}", settlement);
  } else if (ids[step.unreadable] !== undefined) {
    const entry = { id: ids[step.unreadable], reason: "unreadable" };
    await store.quarantine(series, [entry]);
  }
}

/** The reference, which answers as stores do. */
export function referencePool(): Pool {
  const { addSamples, samples, lock, recordTraining, quarantine, pool } =
    referenceStore(() => 10);
  return {
    addSamples: (...args) => Promise.resolve(addSamples(...args)),
    samples: (...args) => Promise.resolve(samples(...args)),
    lock: (...args) => Promise.resolve(lock(...args)),
    recordTraining: (...args) => Promise.resolve(recordTraining(...args)),
    quarantine: (...args) => Promise.resolve(quarantine(...args)),
    pool: (...args) => Promise.resolve(pool(...args)),
  };
}
