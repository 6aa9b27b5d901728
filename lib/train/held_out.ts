/**
 * Which samples a network is judged by instead of being trained on.
 *
 * It is the hash of a sample that decides, so a sample is on the same side in
 * every training: one that judges a new network has not been seen by the one
 * in service either.
 *
 * @module
 */

import type { HeldOutShare } from "./job.ts";
import { TooFewNewError } from "./too_few_error.ts";

/** Share of the samples that is held out. */
const SHARE = 0.1;
/** From a small pool more is taken, for a figure needs a few messages. */
const LEAST_OF_CLASS = 5;
/** But never more than this share of a class. */
const GREATEST_SHARE = 0.3;

/** A pool divided in two. */
export interface Split {
  training: Uint32Array;
  /** Samples that neither this network nor the current one was trained on. */
  judging: Uint32Array;
  share: HeldOutShare;
}

/** Which of the samples that are held out may judge. */
export interface JudgingOptions {
  /** What other networks have not seen, as far as that is known. */
  unseenBy?: readonly (HeldOutShare | undefined)[];
  /**
   * Whether a sample is one of those that judge alone: no network has seen
   * them, and no other takes their place.
   */
  isNew?: (row: number) => boolean;
}

/**
 * Divides a pool.
 *
 * @param hashes one number in [0, 1) for each sample
 * @param isSpam 1 for spam, 0 for ham
 * @throws {TooFewNewError} when too few new ones are held out
 */
export function split(
  hashes: Float64Array,
  isSpam: Uint8Array,
  { unseenBy = [], isNew }: JudgingOptions = {},
): Split {
  const share = {
    spam: shareOf(hashes.filter((_, i) => isSpam[i] === 1)),
    ham: shareOf(hashes.filter((_, i) => isSpam[i] === 0)),
  };
  const limit = (i: number, of: HeldOutShare) => isSpam[i] ? of.spam : of.ham;
  const rows = Uint32Array.from(hashes.keys());
  const heldOut = rows.filter((i) => hashes[i] < limit(i, share));
  const training = rows.filter((i) => hashes[i] >= limit(i, share));
  if (isNew) {
    const judging = heldOut.filter(isNew);
    checkNew(judging, isSpam);
    return { training, judging, share };
  }
  const unseen = heldOut.filter((i) =>
    unseenBy.every((other) => !other || hashes[i] < limit(i, other))
  );
  // Too few to compare by: then the current network is at an advantage.
  const judging = hasBoth(unseen, isSpam) ? unseen : heldOut;
  return { training, judging, share };
}

function checkNew(rows: Uint32Array, isSpam: Uint8Array): void {
  const spam = rows.filter((i) => isSpam[i] === 1).length;
  const ham = rows.length - spam;
  if (Math.min(spam, ham) >= LEAST_OF_CLASS) return;
  throw new TooFewNewError({ spam, ham }, LEAST_OF_CLASS);
}

/** Below which hash the samples of a class are held out. */
function shareOf(hashes: Float64Array): number {
  const least = Math.min(
    LEAST_OF_CLASS,
    Math.floor(GREATEST_SHARE * hashes.length),
  );
  const sorted = hashes.slice().sort();
  const needed = least > 0 ? sorted[least - 1] + 2 ** -33 : 0;
  const most = Math.max(1, Math.floor(GREATEST_SHARE * hashes.length));
  return Math.min(Math.max(SHARE, needed), sorted[most] ?? 1);
}

function hasBoth(rows: Uint32Array, isSpam: Uint8Array): boolean {
  return rows.some((i) => isSpam[i] === 1) && rows.some((i) => isSpam[i] === 0);
}
