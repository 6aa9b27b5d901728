/**
 * What only people want to know of a series.
 *
 * @module
 */

import type { LockHolder } from "./store.ts";

/** Why samples were set aside, and how many of those that were looked at. */
export interface SetAside {
  reason: string;
  samples: number;
}

/** What only people want to know of a series. */
export interface SeriesDetails {
  /** Who holds the training lock, or did until it expired. */
  lock?: LockHolder;
  /** The most frequent reasons first, each shortened. */
  quarantined: SetAside[];
}

/** Longer reasons quote what they are about. */
const REASON_LENGTH = 200;

/** Groups reasons for which samples were set aside. */
export function countReasons(reasons: readonly string[]): SetAside[] {
  const counts = new Map<string, number>();
  for (const reason of reasons) {
    const short = reason.slice(0, REASON_LENGTH);
    counts.set(short, (counts.get(short) ?? 0) + 1);
  }
  return [...counts].map(([reason, samples]) => ({ reason, samples }))
    .sort((a, b) => b.samples - a.samples);
}
