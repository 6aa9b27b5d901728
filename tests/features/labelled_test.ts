import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  LabelledError,
  type LabelledLine,
  parseLabelledLine,
} from "../../lib/features/labelled.ts";
import { parseScan } from "../../lib/features/scan.ts";

function headerOf(json: unknown) {
  const line = parseLabelledLine(JSON.stringify(json), 1);
  assert("header" in line);
  return line.header;
}

Deno.test("the first line may say of which version the others are", () => {
  assertEquals(headerOf({ rspamd: "4.1.6" }), { metatokenVersion: undefined });
  assertEquals(headerOf({ metatoken_version: 3 }), { metatokenVersion: 3 });
  assertEquals(
    headerOf({
      rspamd: "3.4",
      metatoken_version: 1,
      metatokens: ["size"],
      profile: { digest: "x", symbols: ["B", "A", "B"] },
    }),
    { metatokenVersion: 1, symbols: ["A", "B"] },
  );
  for (const profile of [null, {}, 5, { symbols: undefined }]) {
    assertEquals(headerOf({ profile }), { metatokenVersion: undefined });
  }
});

Deno.test("a line is a scan, what it is, and what it is called", () => {
  const scan = { symbols: { A: [1, 2] }, score: 3, rspamd: "x", profile: {} };
  for (const [number, mailClass] of [[1, "spam"], [2, "ham"]] as const) {
    const line = JSON.stringify({ ...scan, id: "m", class: mailClass });
    assertEquals(parseLabelledLine(line, number), {
      labelled: { id: "m", class: mailClass, scan: parseScan(scan) },
    });
  }
  const unnamed = JSON.stringify({ ...scan, id: 7, class: "ham" });
  const line = parseLabelledLine(unnamed, 1);
  assertEquals("labelled" in line && line.labelled.id, "");
});

const deep = "[".repeat(100_000) + "]".repeat(100_000);

/** Lines that are neither, with their number, and what is said of them. */
const WRONG: [string, number, string][] = [
  ["", 3, "line 3: "],
  ["{", 7, "line 7: "],
  ["null", 1, "line 1: a scan is a JSON object"],
  ["[]", 1, "line 1: a scan is a JSON object"],
  ["{}", 1, "line 1: symbols:"],
  ['{"rspamd":"4.1.6"}', 2, "line 2: symbols:"],
  ['{"symbols":{}}', 1, 'line 1: class: "spam" or "ham"'],
  ['{"symbols":{},"class":"Spam"}', 1, "line 1: class:"],
  ['{"symbols":{},"class":{"toString":1}}', 1, "line 1: class:"],
  [`{"symbols":{},"class":${deep}}`, 1, "line 1: class:"],
  ['{"symbols":{"A":"1"},"class":"spam"}', 9, "line 9: symbols.A:"],
  ['{"metatoken_version":2}', 1, "line 1: metatoken_version: 1 or 3"],
  ['{"metatoken_version":null}', 1, "line 1: metatoken_version:"],
  ['{"metatoken_version":{"toString":1}}', 1, "line 1: metatoken_version:"],
  [`{"metatoken_version":${deep}}`, 1, "line 1: metatoken_version:"],
  ['{"profile":{"symbols":"A"}}', 1, "line 1: profile.symbols:"],
  ['{"profile":{"symbols":[1]}}', 1, "line 1: profile.symbols:"],
];

for (const [line, number, message] of WRONG) {
  Deno.test(`a line that is no scan is named: ${line.slice(0, 40)}`, () => {
    const error = assertThrows(
      () => parseLabelledLine(line, number),
      LabelledError,
    );
    assert(error.message.startsWith(message), error.message);
    assert(error.message.length < 200);
  });
}

Deno.test("any line is read, or named", () => {
  const json = fc.record(
    Object.fromEntries(
      ["symbols", "class", "profile", "metatoken_version", "rspamd", "id"]
        .map((key) => [key, fc.jsonValue({ maxDepth: 2 })]),
    ),
    { requiredKeys: [] },
  ).map((json) => JSON.stringify(json));
  const number = fc.integer({ min: 1, max: 3 });
  fc.assert(
    fc.property(fc.oneof(json, fc.string()), number, (line, number) => {
      let parsed: LabelledLine;
      try {
        parsed = parseLabelledLine(line, number);
      } catch (error) {
        assert(error instanceof LabelledError, `${error}`);
        assert(error.message.startsWith(`line ${number}: `));
        return;
      }
      assert("labelled" in parsed || number === 1);
    }),
    { numRuns: 2000 },
  );
});
