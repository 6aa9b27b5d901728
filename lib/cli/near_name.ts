/**
 * What a mistyped name was meant to be, if that can be said.
 *
 * @module
 */

import { editDistance, nearestName } from "../config/nearest.ts";

/** Of so many letters one may be wrong. */
const LETTERS_FOR_A_MISTAKE = 3;

/** The nearest name; nothing where none is near. */
export function nearName(
  text: string,
  names: readonly string[],
): string | undefined {
  const nearest = nearestName(text, names);
  if (nearest === undefined) return undefined;
  const mistakes = editDistance(text.toLowerCase(), nearest);
  const longest = Math.max(text.length, nearest.length);
  return LETTERS_FOR_A_MISTAKE * mistakes <= longest + 1 ? nearest : undefined;
}
