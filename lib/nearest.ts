/**
 * Finds what a mistyped name was probably meant to be.
 *
 * @module
 */

/** Names longer than this are not compared; no option's is half as long. */
const MAX_LENGTH = 80;
/** Names farther apart than this have nothing to do with each other. */
const MAX_DISTANCE = 1 / 3;
/** Shorter texts are not looked for inside names. */
const MIN_PART_LENGTH = 4;
const PLURAL = /(?<=[^_]{3}[^_s])s(?=_|$)/g;

/**
 * Returns the name that is nearest, the first of those that are equally near.
 * Case, `-` for `_`, plurals and the order of the words do not count.
 *
 * @returns undefined when none is near, or the text is far too long.
 */
export function nearestName(
  text: string,
  names: Iterable<string>,
): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  let nearest: string | undefined;
  let least = Infinity;
  for (const name of names) {
    const distance = nameDistance(normalized(text), normalized(name));
    if (distance < least) [nearest, least] = [name, distance];
  }
  return least <= MAX_DISTANCE ? nearest : undefined;
}

/**
 * From 0, the same words, to 1: edits for each character of the longer one. A
 * text that is the beginning of the name, or words of it, is always near.
 */
function nameDistance(text: string, name: string): number {
  const edits = Math.min(
    editDistance(text, name),
    editDistance(withWordsSorted(text), withWordsSorted(name)),
  );
  const distance = edits / Math.max(text.length, name.length, 1);
  const isPart = text.length >= MIN_PART_LENGTH &&
    (name.startsWith(text) || `_${name}_`.includes(`_${text}_`));
  return isPart ? distance * MAX_DISTANCE : distance;
}

function withWordsSorted(name: string): string {
  return name.split("_").sort().join("_");
}

function normalized(name: string): string {
  return name.toLowerCase().replaceAll("-", "_").replace(PLURAL, "");
}

/**
 * Counts insertions, deletions, substitutions and swaps of neighbours that
 * turn one text into another (optimal string alignment distance).
 */
export function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const current = [i];
    for (let j = 1; j <= to.length; j++) {
      const substitution = from[i - 1] === to[j - 1] ? 0 : 1;
      current[j] = Math.min(
        previous[j] + 1,
        current[j - 1] + 1,
        previous[j - 1] + substitution,
      );
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] &&
        from[i - 2] === to[j - 1];
      if (swapped) current[j] = Math.min(current[j], beforePrevious[j - 2] + 1);
    }
    [beforePrevious, previous] = [previous, current];
  }
  return previous[to.length];
}
