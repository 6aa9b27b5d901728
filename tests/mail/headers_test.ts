import { assertEquals } from "@std/assert";
import {
  headerValues,
  MOST_HEADER_BYTES,
  readHeaders,
} from "../../lib/mail/headers.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Names and values of the headers of a text. */
function fieldsOf(text: string): [string, string][] {
  return readHeaders(bytesOf(text)).fields
    .map(({ name, value }) => [name, value]);
}

Deno.test("headers are read, by either end of line", () => {
  const lines = ["From: a", "SUBJECT:b: c", "x-empty:", "", "To: body"];
  for (const end of ["\n", "\r\n"]) {
    const text = lines.join(end);
    assertEquals(fieldsOf(text), [
      ["from", " a"],
      ["subject", "b: c"],
      ["x-empty", ""],
    ]);
    const { bodyAt } = readHeaders(bytesOf(text));
    assertEquals(text.slice(bodyAt), "To: body");
  }
});

Deno.test("a folded header is one, with what it is folded by", () => {
  assertEquals(fieldsOf("A: 1\n 2\r\n\t3\nB: 4\n\n"), [
    ["a", " 1 2\t3"],
    ["b", " 4"],
  ]);
});

Deno.test("repeated headers are all there, in their order", () => {
  const headers = readHeaders(bytesOf("X: 1\nx: 2 \nY: 3\nX : 4\n\n"));
  assertEquals(headerValues(headers, "x"), ["1", "2", "4"]);
  assertEquals(headerValues(headers, "z"), []);
});

Deno.test("what is no header is passed over", () => {
  const text = "From a Mon Jan 1 10:00:00 2024\n lost\nA: 1\nnothing\n lost\n" +
    "b c: 2\nD: 3\n\n";
  assertEquals(fieldsOf(text), [["a", " 1"], ["d", " 3"]]);
});

Deno.test("bytes that are no UTF-8 harm nothing else", () => {
  const bytes = bytesOf("A: x\xff\nB: 2\n\n").map((byte) =>
    byte === 0xc3 ? 0xff : byte
  );
  const { fields } = readHeaders(bytes);
  assertEquals(fields.map(({ name }) => name), ["a", "b"]);
  assertEquals(fields[1].value, " 2");
});

Deno.test("a message may be headers only, a body only, or nothing", () => {
  assertEquals(readHeaders(bytesOf("A: 1\nB: 2")).bodyAt, undefined);
  assertEquals(fieldsOf("A: 1\nB: 2").length, 2);
  assertEquals(readHeaders(bytesOf("\nA: 1\n")), { fields: [], bodyAt: 1 });
  assertEquals(readHeaders(bytesOf("\r\nA: 1\n")), { fields: [], bodyAt: 2 });
  assertEquals(readHeaders(bytesOf("")), { fields: [], bodyAt: undefined });
});

Deno.test("headers beyond the bound are not looked at", () => {
  const line = `X: ${"x".repeat(1000)}\n`;
  const count = Math.ceil(2 * MOST_HEADER_BYTES / line.length);
  const text = line.repeat(count) + "Last: 1\n\nbody";
  const headers = readHeaders(bytesOf(text));
  assertEquals(headerValues(headers, "last"), []);
  assertEquals(text.slice(headers.bodyAt), "body");
});
