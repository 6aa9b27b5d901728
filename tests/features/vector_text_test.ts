import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  formatNumber,
  parseVectorText,
  VectorError,
  vectorText,
} from "../../lib/features/vector_text.ts";
import { hasRspamadm, runLua } from "../nn/rspamadm.ts";

/** Numbers, and how rspamd writes them. */
const WRITTEN: [number, string][] = [
  [0, "0"],
  [-0, "-0"],
  [1, "1"],
  [-1, "-1"],
  [0.1, "0.1"],
  [1 / 3, "0.33333333333333"],
  [-2 / 3, "-0.66666666666667"],
  [0.1 + 0.2, "0.3"],
  [Math.tanh(0.2), "0.1973753202249"],
  [123456.789, "123456.789"],
  // An exponent from 1e14 on, and below 1e-4, after rounding.
  [99999999999999, "99999999999999"],
  [1e14, "1e+14"],
  [99999999999999.5, "1e+14"],
  [123456789012345, "1.2345678901235e+14"],
  [2 ** 53, "9.007199254741e+15"],
  [1e21, "1e+21"],
  [0.0001, "0.0001"],
  [0.00012, "0.00012"],
  [0.0000999999999999999, "0.0001"],
  [0.000099, "9.9e-05"],
  [0.00001, "1e-05"],
  [0.000001, "1e-06"],
  [-1.25e-7, "-1.25e-07"],
  [1e100, "1e+100"],
  // The ends of the range.
  [5e-324, "4.9406564584125e-324"],
  [-(2 ** -1060), "-8.094771541463e-320"],
  [2.2250738585072014e-308, "2.2250738585072e-308"],
  [Number.MAX_VALUE, "1.7976931348623e+308"],
  // Halfway between two texts: away from zero.
  [10000000000000.5, "10000000000001"],
  [-10000000000000.5, "-10000000000001"],
  [1000000000000.25, "1000000000000.3"],
  [1000000000000.75, "1000000000000.8"],
  [1 + 2 ** -14, "1.0000610351563"],
  [100000000000005, "1.0000000000001e+14"],
];

Deno.test("numbers are written as rspamd writes them", () => {
  for (const [number, text] of WRITTEN) {
    assertEquals(formatNumber(number), text);
  }
  assertEquals(
    vectorText(WRITTEN.slice(0, 6).map(([number]) => number)),
    "0;-0;1;-1;0.1;0.33333333333333",
  );
});

/** Doubles by their bits: as many of each magnitude, and of subnormals. */
const anyDouble = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((bits) =>
  new Float64Array(BigUint64Array.of(bits).buffer)[0]
).filter(Number.isFinite);

/** Of fifteen digits that a double has exactly, the last is 5: half of these. */
const halfway = fc.tuple(
  fc.bigInt({ min: 10n ** 14n, max: 10n ** 15n - 1n }),
  fc.nat(20),
  fc.constantFrom(1, -1),
).map(([digits, places, sign]) => {
  // A multiple of 5 ** places over 10 ** places is one of 1 / 2 ** places.
  const power = 5n ** BigInt(places);
  const multiple = digits / power * power;
  return sign * Number(multiple) / 10 ** places;
});

const numbers = fc.oneof(
  anyDouble,
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.double({ min: -1e15, max: 1e15, noNaN: true }),
  fc.maxSafeInteger(),
  // Fractions of powers of two end in 5; those of 14 places are halfway.
  fc.tuple(fc.nat(2 ** 20), fc.nat(60)).map(([n, k]) => (2 * n + 1) / 2 ** k),
  halfway,
  // Subnormals.
  fc.nat(2 ** 31 - 1).map((n) => n * 5e-324),
  // Near the powers of ten, where the form changes.
  fc.tuple(fc.integer({ min: -320, max: 308 }), fc.integer({ min: -9, max: 9 }))
    .map(([e, ulps]) => Number(`1e${e}`) * (1 + ulps * Number.EPSILON)),
);

Deno.test({
  name: "any number is written as a real rspamd writes it",
  ignore: !hasRspamadm(),
  fn() {
    const sample = [...fc.sample(numbers, 20_000), ...WRITTEN.map(([x]) => x)];
    const { out } = runLua(
      `
local texts = {}
for line in read("in"):gmatch("[^\\n]+") do
  local number = tonumber(line)
  texts[#texts + 1] = string.format("%.14g", number) .. "\\n"
  -- As rspamd makes a text of a vector.
  texts[#texts + 1] = table.concat({ number }, ";") .. "\\n"
end
write("out", table.concat(texts))
`,
      // 17 digits tell every double, and -0.
      { in: sample.map((x) => exactly(x) + "\n").join("") },
    );
    assertEquals(
      sample.map((x) => formatNumber(x)).flatMap((text) => [text, text]),
      new TextDecoder().decode(out).trim().split("\n"),
    );
  },
});

function exactly(x: number): string {
  return Object.is(x, -0) ? "-0" : x.toExponential(16);
}

Deno.test("a number that was read is written as it was", () => {
  fc.assert(fc.property(numbers, (x) => {
    const text = formatNumber(x);
    assert(/^-?\d+(\.\d+)?(e[+-]\d{2,3})?$/.test(text), text);
    assertEquals(formatNumber(Number(text)), text);
    const tolerance = Math.max(Math.abs(x) * 5.01e-14, 5e-324);
    assert(Math.abs(Number(text) - x) <= tolerance, text);
  }));
});

const possible = numbers.filter((x) => Math.abs(x) <= 1e6);

Deno.test("a vector is read as it was written", () => {
  fc.assert(fc.property(fc.array(possible, { maxLength: 60 }), (vector) => {
    const text = vectorText(vector);
    const read = parseVectorText(text, vector.length);
    assertEquals(read, vector.map((x) => Number(formatNumber(x))));
    assertEquals(vectorText(Float64Array.from(read)), text);
  }));
});

Deno.test("other ways of writing decimal numbers are read", () => {
  assertEquals(
    parseVectorText("+5;.5;5.;007;1e5;1E+05;25e-2;1e-400;-.5e0;1000000", 10),
    [5, 0.5, 5, 7, 1e5, 1e5, 0.25, 0, -0.5, 1e6],
  );
});

/** Vectors of three numbers that are none, and why. */
const WRONG: [string, string][] = [
  ["", "0 numbers instead of 3"],
  ["1", "1 number instead of 3"],
  ["1;2", "2 numbers instead of 3"],
  ["1;2;3;4", "4 numbers instead of 3"],
  ["1;2;3;", "4 numbers instead of 3"],
  ["no vector", "1 number instead of 3"],
  [";2;3", "element 1 is empty"],
  ["1;;3", "element 2 is empty"],
  ["1;2;", "element 3 is empty"],
  ["1;0x10;3", 'element 2 is not a number: "0x10"'],
  ["1;0b11;3", 'element 2 is not a number: "0b11"'],
  ["1;0o7;3", 'element 2 is not a number: "0o7"'],
  ["1;2;inf", 'element 3 is not a number: "inf"'],
  ["1;2;-Infinity", 'element 3 is not a number: "-Infinity"'],
  ["nan;2;3", 'element 1 is not a number: "nan"'],
  ["-nan(ind);2;3", 'element 1 is not a number: "-nan(ind)"'],
  ["1; 2;3", 'element 2 is not a number: " 2"'],
  ["1;2;3\n", 'element 3 is not a number: "3\\n"'],
  ["1;\t;3", 'element 2 is not a number: "\\t"'],
  ["1;2\0;3", 'element 2 is not a number: "2\\u0000"'],
  ["\ufeff1;2;3", 'element 1 is not a number: "\ufeff1"'],
  ["1;0,5;3", 'element 2 is not a number: "0,5"'],
  ["1;1_000;3", 'element 2 is not a number: "1_000"'],
  ["1;١;3", 'element 2 is not a number: "١"'],
  ["1;5n;3", 'element 2 is not a number: "5n"'],
  ["1;-;3", 'element 2 is not a number: "-"'],
  ["1;.;3", 'element 2 is not a number: "."'],
  ["1;e5;3", 'element 2 is not a number: "e5"'],
  ["1;1e;3", 'element 2 is not a number: "1e"'],
  ["1;--1;3", 'element 2 is not a number: "--1"'],
  ["1;1.2.3;3", 'element 2 is not a number: "1.2.3"'],
  ["1;1e999;3", 'element 2 is beyond ±1000000: "1e999"'],
  ["1;-1e999;nan", 'element 2 is beyond ±1000000: "-1e999"'],
  ["1;1000000.1;3", 'element 2 is beyond ±1000000: "1000000.1"'],
  [
    `1;${"x".repeat(1000)};3`,
    `element 2 is not a number: "${"x".repeat(24)}" …`,
  ],
  [
    `1;${"x".repeat(23)}\u{1f600};3`,
    `element 2 is not a number: "${"x".repeat(23)}\ufffd" …`,
  ],
];

Deno.test("what is no vector is refused, and it is said why", () => {
  for (const [text, reason] of WRONG) {
    const error = assertThrows(() => parseVectorText(text, 3), VectorError);
    assertEquals(error.message, reason);
  }
  assertThrows(
    () => parseVectorText(Array(46).fill("0").join(";"), 496),
    VectorError,
    "46 numbers instead of 496",
  );
});

Deno.test("what would not be read is not written", () => {
  for (const number of [NaN, Infinity, -Infinity, 1e6 + 1, -1e300]) {
    const error = assertThrows(() => vectorText([0, number]), VectorError);
    assert(error.message.startsWith("element 2 is "), error.message);
  }
  assertEquals(vectorText([1e6, -1e6]), "1000000;-1000000");
});

Deno.test({
  name: "what is read, a real rspamd reads as the same number",
  ignore: !hasRspamadm(),
  fn() {
    const spellings = fc.oneof(
      fc.stringMatching(/^[+-]?\d{0,4}\.?\d{0,20}([eE][+-]?\d{1,3})?$/),
      fc.stringMatching(/^[0-9+\-.eE]{1,6}$/),
      fc.stringMatching(/^[0-9a-fA-FxXbop_, .+\-in]{1,6}$/),
      possible.map(String),
    );
    const read = fc.sample(spellings, 20_000).flatMap((text) => {
      try {
        return [{ text, value: parseVectorText(text, 1)[0] }];
      } catch (error) {
        assert(error instanceof VectorError, `${error}`);
        return [];
      }
    });
    assert(read.length > 5000, `only ${read.length} were read`);
    const { out } = runLua(
      `
local values = {}
for text in read("in"):gmatch("([^\\n]*)\\n") do
  values[#values + 1] = string.format("%.17g\\n", tonumber(text))
end
write("out", table.concat(values))
`,
      { in: read.map(({ text }) => text + "\n").join("") },
    );
    const values = new TextDecoder().decode(out).trim().split("\n").map(Number);
    assertEquals(values, read.map(({ value }) => value));
  },
});
