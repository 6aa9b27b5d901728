import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Excerpt, isMbox, splitMbox } from "../../lib/mail/mbox.ts";

const FROM = "From a@example.com Mon Jan  1 10:00:00 2024\n";

/** The messages of a mailbox that comes in chunks of a size. */
async function split(
  text: string,
  { chunk = 64, most = 1e6 } = {},
): Promise<string[]> {
  return (await excerpts(text, chunk, most))
    .map(({ start }) => new TextDecoder().decode(start));
}

function excerpts(
  text: string,
  chunk: number,
  most: number,
): Promise<Excerpt[]> {
  const bytes = new TextEncoder().encode(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunk) {
      yield await Promise.resolve(bytes.subarray(at, at + chunk));
    }
  }
  return Array.fromAsync(splitMbox(chunks(), most));
}

/** A mailbox as mboxrd has it. */
function mboxOf(messages: string[]): string {
  return messages.map((message) =>
    FROM + message.replaceAll(/^(>*From )/gm, ">$1") + "\n"
  ).join("");
}

Deno.test("a mailbox is divided as it was put together, whatever the chunks", async () => {
  const line = fc.constantFrom(
    ..."A: b|From a|From here to there|>From b|>>From c||Fromage|From: x|ü"
      .split("|"),
    "x".repeat(100),
  );
  // A mailbox cannot tell whether a message ended by an empty line.
  const message = fc.array(line, { minLength: 1, maxLength: 10 })
    .map((lines) => ["A: 1", ...lines, "end", ""].join("\n"));
  const messages = fc.array(message, { minLength: 1, maxLength: 5 });
  const size = fc.integer({ min: 1, max: 300 });
  await fc.assert(fc.asyncProperty(messages, size, async (messages, chunk) => {
    assertEquals(await split(mboxOf(messages), { chunk }), messages);
  }));
});

Deno.test("a line that begins with From, without a date, begins no message", async () => {
  const text = FROM + "A: 1\n\nHello.\n\nFrom Monday on we are closed.\n";
  assertEquals((await split(text)).length, 1);
});

Deno.test("a message begins after an empty line only", async () => {
  assertEquals((await split(`${FROM}A: 1\n\nHello.\n${FROM}`)).length, 1);
  assertEquals((await split(`${FROM}A: 1\n\nHello.\n\n${FROM}`)).length, 2);
  assertEquals(
    (await split(`${FROM}A: 1\r\n\r\nHi.\r\n\r\n${FROM}`)).length,
    2,
  );
});

Deno.test("a Content-Length is not believed", async () => {
  const text = `${FROM}Content-Length: 1000\n\nHello.\n\n${FROM}B: 2\n\n`;
  assertEquals((await split(text)).length, 2);
});

Deno.test("of a long message only the beginning is kept", async () => {
  const body = "x".repeat(99) + "\n";
  const text = `${FROM}A: 1\n\n${body.repeat(1000)}\n${FROM}B: 2\n\nend\n`;
  const [first, second] = await excerpts(text, 1000, 50);
  assertEquals([first.start.length, first.size], [50, 6 + 100 * 1000]);
  assertEquals(second.size, 10);
});

Deno.test("lines without an end are no burden", async () => {
  const text = `${FROM}A: 1\n\n${"From ".repeat(100_000)}\n\n${FROM}B: 2\n`;
  const [first, second] = await excerpts(text, 4096, 100);
  assertEquals(first.size, 6 + 500_000 + 1);
  assertEquals(second.size, 5);
});

Deno.test("a mailbox is known by its first line", () => {
  const isOne = (text: string) => isMbox(new TextEncoder().encode(text));
  assert(isOne(FROM));
  assert(isOne("From MAILER-DAEMON Fri Jul  8 12:08:34 2011"));
  assert(isOne("From 1234@xxx Mon Jan 01 00:00:00 +0000 2015\nA: 1"));
  for (const text of ["", "From: a", "From here on", " " + FROM]) {
    assert(!isOne(text), text);
  }
});
