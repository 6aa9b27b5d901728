import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";

import { readUcl } from "../../../lib/config/ucl/read.ts";
import { MAX_DEPTH } from "../../../lib/config/ucl/tree.ts";
import {
  type Json,
  toJson,
  type UclObject,
  type UclValue,
} from "../../../lib/config/ucl/value.ts";

function read(text: string) {
  return readUcl(text, "test.conf", { readText: () => undefined });
}

function json(text: string): Json {
  const { root, problems } = read(text);
  assertEquals(problems, []);
  return toJson(root);
}

/** Problems as `line:column key message`. */
function problems(text: string): string[] {
  return read(text).problems.map(({ at, key, message }) =>
    `${at.line}:${at.column} ${key} ${message}`
  );
}

function valueOf(text: string, key: string): UclValue {
  const { entries } = read(text).root as UclObject;
  const value = entries.get(key)?.elements[0].value;
  assert(value);
  return value;
}

Deno.test("a value knows where it stands and how it was spelled", () => {
  const text = "# é\n\ta = 1.50k;\n s { b = 2d, c = 'x' }";
  assertEquals(valueOf(text, "a"), {
    kind: "number",
    at: { file: "test.conf", line: 2, column: 6 },
    value: 1500,
    spelling: "1.50k",
  });
  const { entries } = valueOf(text, "s") as UclObject;
  assertEquals(entries.get("b")?.elements[0], {
    key: "b",
    at: { file: "test.conf", line: 3, column: 6 },
    priority: 0,
    value: {
      kind: "text",
      at: { file: "test.conf", line: 3, column: 10 },
      value: "2d",
      quoted: false,
    },
  });
  assertEquals(entries.get("c")?.elements[0].value.kind, "text");
});

Deno.test("numbers with suffixes, and texts that only look like numbers", () => {
  const values: [string, Json][] = [
    ["1k", 1000],
    ["1kb", 1024],
    ["1.5K", 1500],
    ["1.5kb", 1024],
    ["2m", 2_000_000],
    ["2MB", 2 * 1024 * 1024],
    ["3g", 3e9],
    ["3gb", 3 * 1024 ** 3],
    ["250ms", 0.25],
    ["-7", -7],
    ["0x1F", 31],
    ["-0x10", -16],
    ["1e3", 1000],
    ["9223372036854775807", 2 ** 63],
    ["-0", 0],
    ["10min", "10min"],
    ["30s", "30s"],
    ["1.2.3.4", "1.2.3.4"],
    ["1k ", "1k"],
    ["1e400.1.2", "1e400.1.2"],
    ["0x", "0x"],
    ["+3", "+3"],
    ["1".repeat(130), "1".repeat(130)],
  ];
  for (const [spelling, value] of values) {
    assertEquals(json(`a = ${spelling};`), { a: value }, spelling);
  }
  for (const spelling of ["9223372036854775808", "1e999", "1e-999"]) {
    assertEquals(problems(`a = ${spelling};`), [
      "1:5 a this number is out of range",
    ]);
  }
  assertEquals(valueOf("a = nan", "a").kind, "number");
  assertEquals(valueOf("a = inf", "a").kind, "number");
});

Deno.test("escapes", () => {
  assertEquals(
    json(String.raw`a = "\"\\\/\b\f\n\r\t\u00e9\x"; b = 'it\'s \n'; c = a\;b;`),
    { a: '"\\/\b\f\n\r\té' + "x", b: "it's \\n", c: "a;b" },
  );
  assertEquals(json("a = 'one\\\n  two'"), { a: "one  two" });
  assertEquals(problems('a = "\\u12g4"'), [
    "1:6 a \\u needs four hexadecimal digits",
  ]);
});

Deno.test("every text survives in quotation marks", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const quoted = JSON.stringify(text).replaceAll("$", "\\u0024");
    assertEquals(json(`a = ${quoted};`), { a: text });
    if (text !== "") assertEquals(json(`${quoted} = 1;`), { [text]: 1 });
  }));
});

Deno.test("every JSON object is UCL", () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string({ minLength: 1 }),
        fc.jsonValue({ maxDepth: 5 }).filter((value) =>
          !JSON.stringify(value).includes('"":') &&
          !/e-3\d\d|-0(?![.\d])|\d{18}/.test(JSON.stringify(value))
        ),
      ),
      (object) => {
        const text = JSON.stringify(object).replaceAll("$", "\\u0024");
        assertEquals(
          JSON.stringify(json(text)),
          JSON.stringify(object),
        );
      },
    ),
  );
});

Deno.test("heredocs", () => {
  assertEquals(json("a = <<EOD\none\n EOD\nEODx\nEOD;\nb = 1"), {
    a: "one\n EOD\nEODx",
    b: 1,
  });
  assertEquals(json("a = <<EOD\n\nEOD"), { a: "" });
  assertEquals(json("a = <<eod"), { a: "<<eod" });
  assertEquals(problems("a = <<EOD\none\n"), [
    "1:5 a this text never ends: a line that is just EOD is missing",
  ]);
});

Deno.test("comments", () => {
  assertEquals(json('/* /* " */ " */ */ a /* */ = # x\n 1 # "\n#'), { a: 1 });
  assertEquals(problems('a = 1;\n/* "'), [
    '2:1  this comment never ends: a quotation mark " in it is not closed',
  ]);
  assertEquals(problems("/* /* */"), [
    "1:1  this comment never ends: */ is missing",
  ]);
});

Deno.test("a file may be wrapped in braces, and keys may follow them", () => {
  assertEquals(json("# comment\n{ a = 1 }"), { a: 1 });
  assertEquals(json("{ a = 1 } b = 2"), { a: 1, b: 2 });
  assertEquals(json("[1, [2]] ignored {"), [1, [2]]);
  assertEquals(json(""), {});
  assertEquals(json(" # nothing\n"), {});
});

Deno.test("a syntax error has a place and a key", () => {
  const cases: [string, string][] = [
    ["a = {", "1:5  this bracket is never closed"],
    ["s {\n a = [1\n}", "3:1  } where ] is expected"],
    ["s { t = {\n a = ; }}", "2:6 s.t.a a value is missing"],
    ["s { a = [1, { b = }] }", "1:19 s.a.b a value is missing"],
    ["}", "1:1  } closes nothing that is open"],
    ["s {}\n}", "2:1  } closes nothing that is open"],
    ["]", '1:1  "]" cannot begin a key'],
    ["a = ;", '1:5 a a value is missing; write "" for an empty text'],
    ['a = "x" b = 1', "1:9 a a ; or the end of the line is missing before"],
    ["a == 1", '1:4 a a second "="'],
    ["a!b = 1", '1:2  "!" cannot stand in a key'],
    ["abc\n", '1:4  "abc" has no value'],
    ['"" = 1', "1:1  a key is empty"],
    ["\u0001", "1:1  the character U+0001 cannot begin a key"],
    ['a = "x\ny"', "1:7 a the line ends inside a text"],
    ['a = "x\ty"', "1:7 a a control character inside a text"],
    ["a = 'x", "1:5 a no closing quotation mark '"],
    ["a", "1:2 a the text ends where a value is expected"],
  ];
  for (const [text, expected] of cases) {
    const [first] = problems(text);
    assert(first?.startsWith(expected), `${text}: ${first}`);
  }
});

Deno.test("one slip does not hide the next", () => {
  const text = "a = ;\nb = 2\n!\nc { = 3; d = 4; e = ; }\nf = ,";
  assertEquals(
    problems(text).map((problem) => problem.split(" ")[0]),
    ["1:5", "3:1", "4:5", "4:21", "5:5"],
  );
  assertEquals(toJson(read(text).root), {
    a: null,
    b: 2,
    c: { d: 4, e: null },
    f: null,
  });
  assertEquals(problems(";".repeat(1000)).length, 1);
  assertEquals(problems("!\n".repeat(1000)).length, 20);
});

Deno.test("after a slip the sections are as they seem to be meant", () => {
  const cases: [string, Json][] = [
    ['s { a = "x\n b = 1 }\nc = 1', { s: { a: null, b: 1 }, c: 1 }],
    ["s { a = 'x\n b = 1 }\nc = 1", { s: { a: null, b: 1 }, c: 1 }],
    ['s { a = "x\ty"; b = 1 }', { s: { a: null, b: 1 } }],
    ["s { a = }\nb = 1", { s: { a: null }, b: 1 }],
    ["s { a = [1, 2 }\nb = 1", { s: { a: [1, 2] }, b: 1 }],
    ["a = [{ b = 1 ]\nc = 1", { a: [{ b: 1 }], c: 1 }],
    ["a = 1 }; b = 1", { a: 1, b: 1 }],
    ['"s {\n a = 1\n}\nb = 1', { s: { a: 1 }, b: 1 }],
    ['a = "x" b = 1\nc = 1', { a: "x", c: 1 }],
  ];
  for (const [text, expected] of cases) {
    assertEquals(problems(text).length, 1, text);
    assertEquals(toJson(read(text).root), expected, text);
  }
});

Deno.test("nothing is guessed after an error that opens something", () => {
  assertEquals(problems("a = = {\n b = ;\n}\n}").length, 1);
});

Deno.test("nesting is bounded", () => {
  const nested = (depth: number) => "a {".repeat(depth) + "}".repeat(depth);
  assertEquals(problems(nested(MAX_DEPTH - 1)), []);
  const forms = ["a {", "[", "a = [", "a ", '{"a":'];
  for (const form of forms) {
    const [first] = problems(`k = [${form.repeat(100_000)}{`);
    assert(first, form);
  }
  const [first, ...others] = problems("a {".repeat(100_000));
  assert(first.includes(`nested too deep: at most ${MAX_DEPTH} levels`), first);
  assertEquals(others, []);
});

Deno.test("length is bounded", () => {
  const [first, ...others] = problems("# comment\n".repeat(200_000));
  assert(first.startsWith("1:1  test.conf is too long"), first);
  assertEquals(others, []);
});

Deno.test("long and hostile texts take linear time", () => {
  const length = 1_000_000;
  const hostile = [
    ..."a $ ${ \\ / /* [ { ; = \" ' <<A <<A\n \n\t # a= a[ a{}".split(" "),
    "a = x" + " ".repeat(1000),
    '"a"',
    "k 1 ",
    '"k' + " ".repeat(1000) + "{ x\n",
    "$$",
    "${x}",
  ];
  for (const part of hostile) {
    const text = `k = ${part.repeat(length / part.length)}`;
    const start = performance.now();
    read(text);
    read(text.slice(4));
    const elapsedMs = performance.now() - start;
    assert(elapsedMs < 5000, `${JSON.stringify(part)}: ${elapsedMs} ms`);
  }
});
