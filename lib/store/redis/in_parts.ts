/**
 * Parts of a list, none of them larger than some size: what Redis does for one
 * keeps all others waiting.
 */
export function inParts<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from(
    { length: count },
    (_, i) => items.slice(i * size, (i + 1) * size),
  );
}
