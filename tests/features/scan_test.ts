import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  METATOKEN_VERSIONS,
  metatokenNames,
} from "../../lib/features/metatokens.ts";
import {
  parseScan,
  type Scan,
  ScanError,
  type ScanSymbol,
} from "../../lib/features/scan.ts";

function symbolsOf(symbols: unknown): ScanSymbol[] {
  return parseScan({ symbols }).symbols;
}

const known = (name: string, score: number, weight: number) => ({
  name,
  score,
  weight,
});
const scored = (name: string, score: number) => ({
  name,
  score,
  weight: undefined,
});
const named = (name: string) => ({
  name,
  score: undefined,
  weight: undefined,
});

/** Spellings of `symbols`, and what they mean. */
const SPELLINGS: [unknown, ScanSymbol[]][] = [
  [
    { A: { name: "A", score: 3.2, metric_score: 5.1, options: ["99.9%"] } },
    [known("A", 3.2, 5.1)],
  ],
  [{ A: { score: 0, metric_score: 0 } }, [known("A", 0, 0)]],
  [{ A: { score: 1, weight: 2 } }, [known("A", 1, 2)]],
  [{ A: { score: 1, weight: 2, metric_score: 3 } }, [known("A", 1, 3)]],
  [{ A: { score: 1, metric_score: null } }, [scored("A", 1)]],
  [{ A: { score: 1 } }, [scored("A", 1)]],
  [{ A: [3.2, 5.1] }, [known("A", 3.2, 5.1)]],
  [{ A: [3.2, null] }, [scored("A", 3.2)]],
  [{ A: [3.2] }, [scored("A", 3.2)]],
  [{ A: 3.2, B: -1 }, [scored("A", 3.2), scored("B", -1)]],
  [["A", "B"], [named("A"), named("B")]],
  [[{ name: "A", score: 1, metric_score: 2 }], [known("A", 1, 2)]],
  [{}, []],
  [[], []],
  [
    { A: 1, B: [2, 3], C: { score: 4, weight: 5 }, D: [6] },
    [scored("A", 1), known("B", 2, 3), known("C", 4, 5), scored("D", 6)],
  ],
  [["A", { name: "B", score: 1 }], [named("A"), scored("B", 1)]],
];

for (const [symbols, expected] of SPELLINGS) {
  Deno.test(`symbols are understood: ${JSON.stringify(symbols)}`, () => {
    assertEquals(symbolsOf(JSON.parse(JSON.stringify(symbols))), expected);
  });
}

Deno.test("of a symbol that is listed twice the last mention counts", () => {
  assertEquals(symbolsOf(["A", "B", { name: "A", score: 2 }, "B"]), [
    scored("A", 2),
    named("B"),
  ]);
  assertEquals(parseScan(JSON.parse('{"symbols":{"A":1,"A":2}}')).symbols, [
    scored("A", 2),
  ]);
});

Deno.test("names that mean something to JavaScript are names like others", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
  const text = names.map((name, i) => `${JSON.stringify(name)}:${i}`).join();
  assertEquals(
    parseScan(JSON.parse(`{"symbols":{${text}}}`)).symbols,
    names.map(scored),
  );
  assertEquals(symbolsOf(names), names.map(named));
  assertEquals(symbolsOf(JSON.parse('[{"name":"__proto__","score":1}]')), [
    scored("__proto__", 1),
  ]);
});

Deno.test("the other fields of a scan", () => {
  const plain: Scan = parseScan({ symbols: [] });
  assertEquals(plain, {
    symbols: [],
    metatokens: { given: false, values: [] },
    score: undefined,
    action: undefined,
    passthrough: false,
    settingsId: undefined,
    messageId: undefined,
    user: undefined,
    ip: undefined,
    variables: undefined,
  });
  const scan = parseScan({
    symbols: [],
    score: 7.4,
    required_score: 15,
    action: "add header",
    settings_id: "outbound",
    user: "alice",
    ip: "10.0.0.7",
    is_skipped: false,
    "message-id": "undef",
  });
  const { score, action, settingsId, passthrough } = scan;
  assertEquals([score, action, settingsId, passthrough], [
    ...[7.4, "add header", "outbound", false],
  ]);
  const nothing = { score: null, action: null, passthrough_module: null };
  assertEquals(
    parseScan({ symbols: [], settings_id: null, metatokens: null, ...nothing }),
    plain,
  );
});

Deno.test("a number names settings like a text, and an empty text names none", () => {
  const settings = (settings_id: unknown) =>
    parseScan({ symbols: [], settings_id }).settingsId;
  assertEquals(settings(17), "17");
  assertEquals(settings(""), undefined);
  assertEquals(settings("a_b:c-d"), "a_b:c-d");
});

Deno.test("a message that one rule let through, or that none was asked about", () => {
  const passes = (json: object) =>
    parseScan({ symbols: [], ...json }).passthrough;
  assertEquals(passes({ passthrough_module: "whitelist" }), true);
  assertEquals(passes({ passthrough_module: null }), false);
  assertEquals(passes({ is_skipped: true }), true);
  assertEquals(passes({ is_skipped: "true" }), false);
});

Deno.test("metatokens come by position in either version", () => {
  for (const version of METATOKEN_VERSIONS) {
    const list = metatokenNames(version).map((_, i) => i / 7);
    assertEquals(parseScan({ symbols: [], metatokens: list }).metatokens, {
      version,
      given: true,
      values: list,
    });
  }
  for (const metatokens of [[], {}]) {
    const { given } = parseScan({ symbols: [], metatokens }).metatokens;
    assertEquals(given, false);
  }
});

Deno.test("metatokens come by name, and tell their version by new names", () => {
  const byName = (metatokens: object) =>
    parseScan({ symbols: [], metatokens }).metatokens;
  const old = byName({ nurls: 2, size: 0.375 });
  assertEquals(old.version, undefined);
  assertEquals(old.values.length, 46);
  assertEquals([old.values[0], old.values[16]], [0.375, 2]);
  const recent = byName({ html_meta_refresh_urls: 1, size: -0 });
  assertEquals(recent.version, 3);
  assertEquals(recent.values[45], 1);
  assertEquals(old.values.filter((x) => x !== 0).length, 2);
});

const TOO_LONG = "x".repeat(257);
const NUMBERS_45 = new Array(45).fill(0);

/** Malformed scans, and the field that is named. */
const MALFORMED: [unknown, string][] = [
  [undefined, "a scan is a JSON object"],
  [null, "a scan is a JSON object"],
  [[], "a scan is a JSON object"],
  ["scan", "a scan is a JSON object"],
  [1, "a scan is a JSON object"],
  [{}, "symbols:"],
  [{ symbols: null }, "symbols:"],
  [{ symbols: "A" }, "symbols:"],
  [{ symbols: 1 }, "symbols:"],
  [{ symbols: { A: "1" } }, "symbols.A:"],
  [{ symbols: { A: null } }, "symbols.A:"],
  [{ symbols: { A: true } }, "symbols.A:"],
  [{ symbols: { A: {} } }, "symbols.A: the score"],
  [{ symbols: { A: { score: "1" } } }, "symbols.A: the score"],
  [{ symbols: { A: { score: null } } }, "symbols.A: the score"],
  [
    { symbols: { A: { score: 1, metric_score: "2" } } },
    "symbols.A: the weight",
  ],
  [{ symbols: { A: { score: 1, weight: [] } } }, "symbols.A: the weight"],
  [{ symbols: { A: [] } }, "symbols.A: the score"],
  [{ symbols: { A: [null, 1] } }, "symbols.A: the score"],
  [{ symbols: { A: [1, "2"] } }, "symbols.A: the weight"],
  [{ symbols: { A: [1, 2, 3] } }, "symbols.A:"],
  [{ symbols: { "": 1 } }, "symbols: a name of 0 characters"],
  [{ symbols: { [TOO_LONG]: 1 } }, "symbols: a name of 257 characters"],
  [{ symbols: { "\ud800": 1 } }, "symbols: a name that is no Unicode"],
  [{ symbols: ["A", 1] }, "symbols[1]:"],
  [{ symbols: ["A", null] }, "symbols[1]:"],
  [{ symbols: ["A", ["B", 1]] }, "symbols[1]:"],
  [{ symbols: [""] }, "symbols[0]: a name of 0 characters"],
  [{ symbols: ["\udfff\ud800"] }, "symbols[0]: a name that is no Unicode"],
  [{ symbols: [{ score: 1 }] }, "symbols[0]:"],
  [{ symbols: [{ name: 1, score: 1 }] }, "symbols[0]:"],
  [{ symbols: [{ name: "A" }] }, "symbols.A: the score"],
  [{ symbols: [], metatokens: "1" }, "metatokens:"],
  [{ symbols: [], metatokens: 1 }, "metatokens:"],
  [{ symbols: [], metatokens: NUMBERS_45 }, "metatokens: 45 numbers"],
  [{ symbols: [], metatokens: [...NUMBERS_45, "1"] }, "metatokens[45]:"],
  [{ symbols: [], metatokens: [null, ...NUMBERS_45] }, "metatokens[0]:"],
  [{ symbols: [], metatokens: [...NUMBERS_45, 2e6] }, "metatokens[45]:"],
  [{ symbols: [], metatokens: { size: "1" } }, "metatokens.size:"],
  [{ symbols: [], metatokens: { size: -2e6 } }, "metatokens.size:"],
  [{ symbols: [], metatokens: { weight: 1 } }, "metatokens.weight:"],
  [{ symbols: [], metatokens: { constructor: 1 } }, "metatokens.constructor:"],
  [{ symbols: [], metatokens: { [TOO_LONG]: 1 } }, "metatokens: a name of 257"],
  [{ symbols: [], score: "1" }, "score:"],
  [{ symbols: [], score: [] }, "score:"],
  [{ symbols: [], action: 1 }, "action:"],
  [{ symbols: [], action: TOO_LONG }, "action:"],
  [{ symbols: [], settings_id: [] }, "settings_id:"],
  [{ symbols: [], settings_id: TOO_LONG }, "settings_id:"],
  [{ symbols: [], settings_id: "a b" }, "settings_id: white space"],
  [{ symbols: [], settings_id: "a\n" }, "settings_id: white space"],
  [{ symbols: [], settings_id: "a\x00" }, "settings_id: white space"],
];

for (const [json, field] of MALFORMED) {
  const name = JSON.stringify(json)?.slice(0, 60);
  Deno.test(`a malformed scan is refused, and the field named: ${name}`, () => {
    const error = assertThrows(() => parseScan(json), ScanError);
    assert(error.message.startsWith(field), error.message);
  });
}

Deno.test("numbers that JSON can hold and a double cannot", () => {
  const scan = parseScan(JSON.parse(
    '{"symbols":{"A":1e999,"B":[-1e999,1e999],"C":-0},"score":-1e999}',
  ));
  assertEquals(scan.score, -Infinity);
  assertEquals(scan.symbols.map(({ score }) => score), [
    Infinity,
    -Infinity,
    -0,
  ]);
  const metatokens = `[${NUMBERS_45.join()},1e999]`;
  assertThrows(
    () => parseScan(JSON.parse(`{"symbols":[],"metatokens":${metatokens}}`)),
    ScanError,
    "metatokens[45]",
  );
});

Deno.test("4096 symbols are possible, and no more", () => {
  const list = Array.from({ length: 4096 }, (_, i) => `S${i}`);
  const object = Object.fromEntries(list.map((name) => [name, 1]));
  assertEquals(symbolsOf(list).length, 4096);
  assertEquals(symbolsOf(object).length, 4096);
  const more = { ...object, S4096: 1 };
  assertThrows(() => symbolsOf(more), ScanError, "symbols: 4097");
  // Before anything is made of them, even where all are the same.
  const same = new Array(1e6).fill("A");
  assertThrows(() => symbolsOf(same), ScanError, "symbols: 1000000");
});

Deno.test("a name of 256 characters is possible, beyond the BMP too", () => {
  for (const name of ["x".repeat(256), "\u{1f600}".repeat(128)]) {
    assertEquals(symbolsOf([name]), [named(name)]);
  }
});

Deno.test("what stands in JSON in any order means the same", () => {
  const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 9 }));
  fc.assert(fc.property(names, (names) => {
    const byName = (a: ScanSymbol, b: ScanSymbol) => a.name < b.name ? -1 : 1;
    const entries = names.map((name, i) => [name, i] as const);
    const objects = [entries, entries.toReversed()]
      .map((entries) => symbolsOf(Object.fromEntries(entries)).sort(byName));
    assertEquals(objects[0], objects[1]);
  }));
});
