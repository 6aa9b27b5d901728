import { assert, assertEquals } from "@std/assert";
import { mistakeFields } from "../../lib/log/mistake.ts";
import { plainFields, plainValue } from "../../lib/log/plain_value.ts";

Deno.test("an error says what its causes add", () => {
  const disk = new Error("no space left");
  const store = new Error("sqlite:/x cannot be written", { cause: disk });
  assertEquals(
    plainValue(new Error("not learned", { cause: store })),
    "not learned: sqlite:/x cannot be written: no space left",
  );
  const said = new Error("it is full: no space left", { cause: disk });
  assertEquals(plainValue(said), "it is full: no space left");
  assertEquals(plainValue(new RangeError("")), "RangeError");
  const endless = new Error("a");
  endless.cause = endless;
  assertEquals(plainValue(endless), "a");
});

Deno.test("no URL shows its password, or the query of a web page", () => {
  const cases = {
    "redis://u:hunter2@h:1/0 is away": "redis://h:1/0 is away",
    "redis+unix://:hunter2@/run/s?db=2": "redis+unix:///run/s?db=2",
    "(https://hunter2@h/a?token=hunter2)": "(https://h/a?…",
    "https://h/a?b#c": "https://h/a?…#c",
    "sqlite:/a@b": "sqlite:/a@b",
    "http://h/a@b": "http://h/a@b",
  };
  for (const [text, shown] of Object.entries(cases)) {
    assertEquals(plainValue(text), shown);
    assertEquals(plainValue(new Error(text)), shown);
  }
});

Deno.test("what is too much is cut, and that it is cut is told", () => {
  const long = plainValue("x".repeat(1e6)) as string;
  assert(long.length < 5000 && long.endsWith("…"));
  const fields = plainFields({
    a: "x".repeat(3000),
    b: Array(1000).fill("y".repeat(1000)),
    c: 1,
  });
  assertEquals(Object.keys(fields), ["a", "cut"]);
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  assertEquals(plainValue(circular), {
    self: { self: { self: { self: "…" } } },
  });
});

Deno.test("of a mistake its place is told, and nothing that it quotes", () => {
  const parsing = (() => {
    try {
      return JSON.parse("hunter2");
    } catch (error) {
      return error;
    }
  })();
  const thrown = [
    parsing,
    new TypeError('"hunter2" is not iterable'),
    new Error("it is 'hunter2' and 'hunter2'"),
    "hunter2",
  ];
  for (const error of thrown) {
    const told = JSON.stringify(mistakeFields(error));
    assert(!told.includes("hunter2"), told);
    if (error instanceof Error) assert(told.includes("plain_value_test.ts"));
  }
  assertEquals(
    mistakeFields(new TypeError("x is not a function")).mistake,
    "TypeError: x is not a function",
  );
});
