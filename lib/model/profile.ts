/**
 * Profiles: which symbols the inputs of a network stand for, and when one may
 * stand in for another (rspamd `lualib/plugins/neural.lua`).
 *
 * @module
 */

import { createHash } from "node:crypto";
import { compareNames } from "../features/symbol_names.ts";
import { encodeZBase32 } from "./z_base_32.ts";

/**
 * Digest of a symbol list: blake2b-512 over the names, one after the other.
 *
 * @param symbols sorted names
 * @returns 103 characters
 */
export function profileDigest(symbols: readonly string[]): string {
  const hash = createHash("blake2b512");
  for (const name of symbols) hash.update(name);
  return encodeZBase32(hash.digest());
}

/**
 * How far two sorted symbol lists are apart, as rspamd counts it
 * (`lua_util.distance_sorted`).
 *
 * The lists are walked side by side, and every step at which they differ
 * counts. There are as many steps as the longer list has names; what is left
 * of the other list by then does not count. Where one list ends early, the
 * names that the longer one has in excess count, less those by which it was
 * ahead already.
 */
export function profileDistance(
  a: readonly string[],
  b: readonly string[],
): number {
  const steps = Math.max(a.length, b.length);
  let [i, j, differences] = [0, 0, 0];
  for (let step = 0; step < steps; step++) {
    if (j === b.length) {
      return differences + steps - b.length - Math.max(0, i - j);
    }
    if (i === a.length) {
      return differences + steps - a.length - Math.max(0, j - i);
    }
    const order = compareNames(a[i], b[j]);
    if (order !== 0) differences++;
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return differences;
}

/** Which share of the symbols may differ: in rspamd 2.x and 3.x, and in 4.x. */
export const COMPATIBLE_SHARE = { v3: 0.3, v4: 0.5 } as const;

/**
 * Whether a network of one profile may answer for another, by how far they
 * are apart.
 *
 * @param distance their distance
 * @param symbols number of symbols of the profile that is asked for
 */
export function isCompatible(
  distance: number,
  symbols: number,
  share: number = COMPATIBLE_SHARE.v4,
): boolean {
  return distance < symbols * share;
}

/** Sorts profiles for choosing one: the nearest first, then the newest. */
export function byPreference(
  a: { distance: number; version: number },
  b: { distance: number; version: number },
): number {
  return a.distance - b.distance || b.version - a.version;
}
