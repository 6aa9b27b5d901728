import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { compareNames, sortedNames } from "../../lib/features/symbol_names.ts";

/** Order of the bytes in UTF-8. */
function compareBytes(a: string, b: string): number {
  const encoder = new TextEncoder();
  const [x, y] = [encoder.encode(a), encoder.encode(b)];
  const first = x.findIndex((byte, i) => byte !== y[i]);
  if (first < 0) return x.length - y.length;
  return first < y.length ? x[first] - y[first] : 1;
}

/** Of few characters, at the borders of UTF-8's lengths, so that some agree. */
const names = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      ..."A_a\x00\x7f\x80\u07ff\u0800\ud7ff\ue000\uffff",
      ..."\u{10000}\u{10ffff}\u{1f600}",
    ),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 })
      .filter((unit) => unit.isWellFormed()),
  ),
  maxLength: 5,
});

Deno.test("names are in the order of their bytes in UTF-8", () => {
  fc.assert(
    fc.property(names, names, (a, b) => {
      assertEquals(
        Math.sign(compareNames(a, b)),
        Math.sign(compareBytes(a, b)),
      );
    }),
    { numRuns: 3000 },
  );
});

Deno.test("characters beyond U+FFFF come last, unlike in JavaScript", () => {
  const [low, high] = ["\uff5e", "\u{1f600}"];
  assertEquals([low, high].toSorted(), [high, low]);
  assertEquals(sortedNames([high, low]), [low, high]);
});

Deno.test("sorting takes each name once, and sorts a sorted list no further", () => {
  fc.assert(fc.property(fc.array(names), (list) => {
    const sorted = sortedNames(list);
    assertEquals(new Set(sorted), new Set(list));
    assertEquals(sorted.length, new Set(list).size);
    assertEquals(sortedNames(sorted.toReversed()), sorted);
    assertEquals(sorted, [...new Set(list)].sort(compareBytes));
  }));
});
