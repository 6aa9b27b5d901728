/**
 * The keys of a series in Redis.
 *
 * @module
 */

import type { Series } from "../store.ts";

/**
 * The keys that every script gets, in the order of `lib/lua_scripts/pool.lua`.
 * The first one is rspamd's; the others begin with it.
 */
export function keysOf(series: Series): string[] {
  const own = [
    "state",
    "digests",
    "samples",
    "spam_fresh",
    "spam_retained",
    "ham_fresh",
    "ham_retained",
    "quarantine",
    "trainings",
  ];
  return [
    series,
    ...own.map((name) => `${series}_neurald_${name}`),
  ];
}

/** Where the records of trainings are. */
export function trainingsKey(series: Series): string {
  return keysOf(series)[9];
}

/** Of {@linkcode keysOf}, those that a series in use has at least one of. */
export function keysInUse(series: Series): string[] {
  const [profiles, , , samples, , , , , quarantine, trainings] = keysOf(series);
  return [profiles, samples, quarantine, trainings];
}
