import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { colouredLine, humanLine } from "../../lib/log/human.ts";
import { journalLine } from "../../lib/log/journal.ts";
import { jsonLine } from "../../lib/log/json.ts";
import type { LogEntry } from "../../lib/log/log.ts";
import { plainFields } from "../../lib/log/plain_value.ts";

/** Fits into a line of journald. */
const MOST_BYTES = 48 * 1024;

const NASTY = fc.constantFrom(
  "\n",
  "\r\n",
  "\x1b[2J",
  "\x9b31m",
  "\u2028",
  "\u202e",
  "\ud800",
  "\0",
  '"',
  "\\",
  "__proto__",
  "{}",
);
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.oneof(NASTY, fc.string()), { maxLength: 8 })
    .map((parts) => parts.join("")),
  fc.tuple(fc.constantFrom("€", "\u202e", "\n"), fc.nat(20_000))
    .map(([character, length]) => character.repeat(length)),
);
const value = fc.oneof(
  text,
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, undefined, 1n, Symbol("x"), () => 1),
  text.map((message) => new Error(message, { cause: new TypeError(message) })),
  fc.anything({ withDate: true, maxDepth: 6 }),
  fc.array(text, { maxLength: 200 }),
);
const entry: fc.Arbitrary<LogEntry> = fc.record({
  time: fc.date({ noInvalidDate: true, min: new Date(0) }),
  level: fc.constantFrom("debug", "info", "warn", "error"),
  message: text,
  fields: fc.dictionary(text, value, { maxKeys: 20 }),
});

/** Whatever would end the line, steer a terminal, or hide. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/u;

Deno.test("whatever is said, it is one line, and nothing steers a terminal", () => {
  fc.assert(fc.property(entry, (entry) => {
    for (const format of [humanLine, jsonLine, journalLine]) {
      const line = format(entry);
      assert(!UNSEEN.test(line), JSON.stringify(line));
      assert(new TextEncoder().encode(line).length <= MOST_BYTES);
    }
    // deno-lint-ignore no-control-regex
    const colours = /\x1b\[\d+m/g;
    assert(!UNSEEN.test(colouredLine(entry).replaceAll(colours, "")));
  }));
});

Deno.test("a line of JSON says what was said", () => {
  fc.assert(fc.property(entry, (entry) => {
    const { time, level, message, ...fields } = JSON.parse(jsonLine(entry));
    assertEquals(new Date(time).getTime(), entry.time.getTime());
    assertEquals(level, entry.level);
    if (entry.message.length < 1000 && !entry.message.includes("://")) {
      assertEquals(message, entry.message.toWellFormed());
    }
    const { time: _, level: __, message: ___, ...plain } = plainFields(
      entry.fields,
    );
    assertEquals(fields, plain);
    assert(journalLine(entry).endsWith(jsonLine(entry)));
  }));
});
