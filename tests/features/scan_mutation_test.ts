import { assert } from "@std/assert";
import fc from "fast-check";
import { featuresOf } from "../../lib/features/features.ts";
import { decodeSample, encodeSample } from "../../lib/features/sample.ts";
import { parseScan, type Scan, ScanError } from "../../lib/features/scan.ts";
import { TEN_THOUSAND } from "../nn/mutations.ts";

const url = new URL("../fixtures/rspamd-4.1.6/scans.jsonl", import.meta.url);
const REAL = Deno.readTextFileSync(url).trim().split("\n").slice(0, 20)
  .map((line) => {
    const { rules: _, ...scan } = JSON.parse(line);
    return JSON.stringify(scan);
  });
const SMALL = [
  '{"symbols":{"A":[1,2],"B":3,"C":{"score":4,"metric_score":5}},"score":6}',
  '{"symbols":["A",{"name":"B","score":1}],"metatokens":{"size":0.5}}',
  '{"symbols":{},"action":"reject","settings_id":"a","user":"b","ip":"::1"}',
];

/** Values that mean something where another one was. */
const STRANGE = [
  ...["null", "true", "0", "-0", "-1", "1e999", "-1e999", "1e-999", "1e6"],
  ...["[]", "{}", '""', '"__proto__"', '"\\ud800"', '"\\u0000"'],
  ...['{"toString":1}', '{"__proto__":null}', '{"length":-1}', "[[[[]]]]"],
];

/** One change to the text of a scan that leaves it JSON, most of the time. */
const mutation = fc.oneof(
  // A value becomes another.
  fc.tuple(fc.nat(), fc.constantFrom(...STRANGE)).map(
    ([at, value]) => (text: string) => {
      const values = [...text.matchAll(/-?\d[\d.e+-]*|"[^"\\]*"|\[\]|\{\}/g)];
      if (values.length === 0) return text;
      const { 0: old, index } = values[at % values.length];
      return text.slice(0, index) + value + text.slice(index + old.length);
    },
  ),
  // A bracket becomes another, so that nothing is nested as it was.
  fc.tuple(fc.nat(), fc.constantFrom(..."[]{},:")).map(
    ([at, bracket]) => (text: string) => {
      const position = at % text.length;
      return text.slice(0, position) + bracket + text.slice(position + 1);
    },
  ),
  // A part is there twice.
  fc.tuple(fc.nat(), fc.nat({ max: 60 })).map(
    ([at, length]) => (text: string) => {
      const start = at % text.length;
      return text.slice(0, start + length) + text.slice(start);
    },
  ),
);

const mutated = fc.tuple(
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...SMALL) },
    fc.constantFrom(...REAL),
  ),
  fc.array(mutation, { minLength: 1, maxLength: 3 }),
).map(([text, mutations]) =>
  mutations.reduce((text, mutate) => mutate(text), text)
);

function orUndefined<T>(
  fn: () => T,
  expected: abstract new (...args: never[]) => Error,
): T | undefined {
  try {
    return fn();
  } catch (error) {
    if (error instanceof expected) return undefined;
    throw error;
  }
}

function checkScan(scan: Scan): void {
  const names = scan.symbols.map(({ name }) => name);
  assert(new Set(names).size === names.length);
  assert(names.every((name) => name.length >= 1 && name.length <= 256));
  assert(scan.metatokens.values.every((x) => Math.abs(x) <= 1e6));
  for (const version of [1, 3] as const) {
    const features = featuresOf(scan, version, new Set());
    assert(features.values.every((x) => x >= 0.1 && x <= 1));
    // Whatever was understood can be kept.
    decodeSample(encodeSample(features));
  }
}

Deno.test("a damaged scan is a ScanError, or a scan that can be kept", () => {
  const counts = { noJson: 0, refused: 0, understood: 0 };
  const property = fc.property(mutated, (text) => {
    const json = orUndefined(() => ({ of: JSON.parse(text) }), SyntaxError);
    if (!json) return void counts.noJson++;
    const scan = orUndefined(() => parseScan(json.of), ScanError);
    if (!scan) return void counts.refused++;
    counts.understood++;
    checkScan(scan);
  });
  fc.assert(property, TEN_THOUSAND);
  assert(counts.refused > 1000, JSON.stringify(counts));
  assert(counts.understood > 1000, JSON.stringify(counts));
});

Deno.test("any JSON is a ScanError, or a scan", () => {
  const anything = fc.jsonValue({ maxDepth: 4 });
  const json = fc.oneof(
    anything,
    fc.record({ symbols: anything, metatokens: anything }),
    fc.record({ symbols: fc.dictionary(fc.string(), anything) }),
    fc.record(
      {
        symbols: fc.array(fc.oneof(fc.string(), anything)),
        ...Object.fromEntries(
          ["score", "action", "settings_id"]
            .map((field) => [field, anything]),
        ),
      },
      { requiredKeys: ["symbols"] },
    ),
  );
  fc.assert(
    fc.property(json, (json) => {
      const scan = orUndefined(() => parseScan(json), ScanError);
      if (scan) checkScan(scan);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("JSON that is nested deeply is refused, or ignored where it means nothing", () => {
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  const objects = '{"a":'.repeat(100_000) + "1" + "}".repeat(100_000);
  for (const value of [deep, objects]) {
    const fields = ["symbols", "metatokens", "score", "action", "settings_id"];
    for (const field of fields) {
      const json = JSON.parse(`{"symbols":[],"${field}":${value}}`);
      const scan = orUndefined(() => parseScan(json), ScanError);
      // Of symbols that are there twice the last ones count.
      assert(scan === undefined);
    }
    const inside = JSON.parse(
      `{"symbols":{"A":{"score":1,"options":${value}}},"unknown":${value}}`,
    );
    assert(parseScan(inside).symbols.length === 1);
  }
});
