/**
 * How many samples there are to train with, and to judge by.
 *
 * @module
 */

import type { ClassCounts } from "../features/mail_class.ts";
import type { PoolCounts } from "../store/store.ts";
import { LEAST_SAMPLES_OF_CLASS } from "../train/least_samples.ts";

/** All that are not set aside. */
export function inTotal({ fresh, retained }: PoolCounts): ClassCounts {
  return { spam: fresh.spam + retained.spam, ham: fresh.ham + retained.ham };
}

/** Whether a pool is large enough to train with, or to judge by. */
export function isLargeEnough(counts: PoolCounts): boolean {
  const { spam, ham } = inTotal(counts);
  return Math.min(spam, ham) >= LEAST_SAMPLES_OF_CLASS;
}
