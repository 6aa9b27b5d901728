/**
 * Names of keys inside sections.
 *
 * @module
 */

/** Joins the path of a section with a key in it: `train.max_trains`. */
export function joinKey(outer: string, name: string): string {
  return outer === "" ? name : `${outer}.${name}`;
}
