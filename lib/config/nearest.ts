/**
 * Finds what a mistyped name was probably meant to be.
 *
 * @module
 */

/** Names longer than this are not compared; no option's is half as long. */
const MAX_LENGTH = 80;

/**
 * Returns the name that takes the fewest edits to reach, the first of those
 * that take equally few. Case, and `-` for `_`, do not count.
 *
 * @returns undefined when there are no names, or the text is far too long.
 */
export function nearestName(
  text: string,
  names: Iterable<string>,
): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  let nearest: string | undefined;
  let fewest = Infinity;
  for (const name of names) {
    const edits = editDistance(normalized(text), normalized(name));
    if (edits < fewest) [nearest, fewest] = [name, edits];
  }
  return nearest;
}

function normalized(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
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
