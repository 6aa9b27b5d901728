/**
 * Pools that are too small to train with, or to judge by.
 *
 * @module
 */

import type { ClassCounts } from "../features/mail_class.ts";
import { TrainingError } from "../nn/training/train.ts";
import type { UnreadableSample } from "./job.ts";
import { LEAST_SAMPLES_OF_CLASS } from "./least_samples.ts";
import type { Pool } from "./pool.ts";

/** There are too few samples to train with. */
export class TooFewError extends TrainingError {
  override name = "TooFewError";
  /** Samples that were left out. */
  readonly unreadable: UnreadableSample[];

  /**
   * @param found how many could be used
   * @param least how many of each class are needed
   */
  constructor(
    found: ClassCounts,
    least: number,
    unreadable: UnreadableSample[],
  ) {
    const others = unreadable.length > 0
      ? `; ${unreadable.length} could not be read`
      : "";
    super(
      `${found.spam} spam and ${found.ham} ham samples are too few: ` +
        `${least} different ones of each are needed${others}`,
    );
    this.unreadable = unreadable;
  }
}

/**
 * There are too few new samples to judge by: it is waited for more.
 */
export class TooFewNewError extends TrainingError {
  override name = "TooFewNewError";

  /**
   * @param found how many there are to judge by
   * @param least how many of each class are needed
   */
  constructor(found: ClassCounts, least: number) {
    super(
      `it waits for new samples: of those since the rollback, ${found.spam} ` +
        `spam and ${found.ham} ham are held out to judge by, and ${least} of ` +
        "each are needed",
    );
  }
}

/**
 * Checks that a pool is large enough.
 *
 * @throws {TooFewError} when it is not
 */
export function checkPool({ data: { isSpam, size }, unreadable }: Pool): void {
  const spam = isSpam.reduce((sum, x) => sum + x, 0);
  const ham = size - spam;
  if (Math.min(spam, ham) >= LEAST_SAMPLES_OF_CLASS) return;
  throw new TooFewError({ spam, ham }, LEAST_SAMPLES_OF_CLASS, unreadable);
}
