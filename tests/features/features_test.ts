import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { featuresOf, symbolValue } from "../../lib/features/features.ts";
import { metatokenNames } from "../../lib/features/metatokens.ts";
import { parseScan } from "../../lib/features/scan.ts";

const NONE: ReadonlySet<string> = new Set();

function valueOf(score?: number, weight?: number): number {
  return symbolValue({ name: "A", score, weight });
}

/** Score, weight, and what rspamd makes of them. */
const VALUES: [number | undefined, number | undefined, number][] = [
  // A weight: the share of it that was given.
  [2, 4, 0.5],
  [-2, 4, 0.5],
  [2, -4, 0.5],
  [4, 4, 1],
  [9, 4, 1],
  [-9, -4, 1],
  [0.1, 4, 0.1],
  [0, 4, 0.1],
  [1e-300, 1e300, 0.1],
  [1e300, 1e-300, 1],
  // No weight: firing is all there is, or the score tells.
  [0, 0, 1],
  [-0, 0, 1],
  [0, -0, 1],
  [0.5, 0, Math.tanh(0.5)],
  [-0.5, 0, Math.tanh(0.5)],
  [0.05, 0, 0.1],
  [50, 0, 1],
  // The weight is not known.
  [0.5, undefined, Math.tanh(0.5)],
  [-3, undefined, Math.tanh(3)],
  [0, undefined, 0.1],
  // Only names were given.
  [undefined, undefined, 1],
  // Scores that are none.
  [NaN, 1, 0],
  [Infinity, 1, 0],
  [-Infinity, undefined, 0],
];

Deno.test("what a symbol contributes", () => {
  for (const [score, weight, expected] of VALUES) {
    assertAlmostEquals(
      valueOf(score, weight),
      expected,
      1e-12,
      `${score} of ${weight}`,
    );
  }
});

Deno.test("a symbol that fired contributes between 0.1 and 1, or is no symbol", () => {
  const number = fc.option(fc.double(), { nil: undefined });
  fc.assert(fc.property(number, number, (score, weight) => {
    const value = valueOf(score, weight);
    const isScore = score === undefined || Number.isFinite(score);
    if (isScore) assert(value >= 0.1 && value <= 1, `${value}`);
    else assertEquals(value, 0);
    if (score !== undefined && weight !== undefined) {
      assertEquals(valueOf(-score, weight), value);
      assertEquals(valueOf(score, -weight), value);
    }
  }));
});

Deno.test("excluded symbols and scores that are none are left out", () => {
  const scan = parseScan(JSON.parse(
    '{"symbols":{"A":1,"NEURAL_SPAM":[1,1],"B":1e999,"C":[2,4]}}',
  ));
  const features = featuresOf(scan, 3, new Set(["NEURAL_SPAM"]));
  assertEquals(features.symbols, ["A", "C"]);
  assertEquals(features.values, [Math.tanh(1), 0.5]);
  assertEquals(features.version, 3);
  assertEquals(features.metatokens.length, 0);
});

Deno.test("the number of metatokens, or a name of one, tells their version", () => {
  const versionOf = (metatokens: unknown, fallback: 1 | 3) => {
    const scan = parseScan({ symbols: [], metatokens });
    const { version, metatokens: values } = featuresOf(scan, fallback, NONE);
    const { length } = metatokenNames(version);
    assert(values.length === 0 || values.length === length);
    return [version, values.length];
  };
  const zeros = (count: number) => new Array(count).fill(0);
  for (const fallback of [1, 3] as const) {
    assertEquals(versionOf(zeros(26), fallback), [1, 26]);
    assertEquals(versionOf(zeros(46), fallback), [3, 46]);
    assertEquals(versionOf({ nhtml_forms: 1 }, fallback), [3, 46]);
    assertEquals(versionOf({ size: 1 }, fallback), [
      fallback,
      fallback === 1 ? 26 : 46,
    ]);
    assertEquals(versionOf(undefined, fallback), [fallback, 0]);
  }
});
