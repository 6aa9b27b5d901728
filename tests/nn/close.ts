import { assert } from "@std/assert";

/**
 * Fails unless two numbers are equal to within a share of the larger one, or
 * of 1 where both are smaller; what is not finite has to be the same.
 */
export function assertClose(
  actual: number,
  expected: number,
  tolerance = 1e-9,
  what = "",
): void {
  if (Object.is(actual, expected)) return;
  const scale = Math.max(1, Math.abs(actual), Math.abs(expected));
  assert(
    Math.abs(actual - expected) <= tolerance * scale,
    `${actual} is not ${expected} ${what}`,
  );
}
