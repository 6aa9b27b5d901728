import { assert } from "@std/assert";
import { parseScan } from "../../lib/features/scan.ts";
import { findVerdict } from "../../lib/mail/find_verdict.ts";
import { splitMbox } from "../../lib/mail/mbox.ts";
import { messageOf } from "../../lib/mail/message.ts";
import { Random } from "../../lib/nn/random.ts";
import { corpusMessages } from "./corpus.ts";
import { messageText, rspamdHeader } from "./milter.ts";

const MESSAGES = 10_000;
/** Far more than any of them takes, even on a machine that is busy. */
const MOST_MS = 2000;

const ENCODER = new TextEncoder();
const SEEDS = [
  ...corpusMessages().slice(0, 20).map(({ text }) => text),
  messageText({
    headers: [
      "X-Spam-Status: Yes, score=5.3 required=5.0 tests=A,B=1.2,\n\tC autolearn=no",
    ],
    id: "1@a",
  }),
  messageText({
    headers: [
      "X-Spam-Status: No, score=1 required=5 tests=[A=1, B=-0.1]",
      rspamdHeader([["A", 1, ["]; B(1.00)["]], ["B", 2]]),
    ],
  }),
].map((text) => ENCODER.encode(text));

/** What breaks readers. */
const PIECES = [
  "\n",
  "\r",
  "\r\n",
  "\n\n",
  "\n\t",
  "\0",
  ";",
  "[",
  "]",
  "{",
  "}",
  "(",
  ")",
  "](1.00)[",
  "; A(",
  "X-Spamd-Result: ",
  "X-Spam-Status: tests=",
  "default: False [1 / 2]",
  "From a Mon Jan 1 10:00:00 2024\n",
  ">From ",
  " ".repeat(5000),
  "]".repeat(5000),
  ";A(1)[".repeat(3000),
  "A,".repeat(5000),
  "tests=".repeat(3000),
  "A: \n".repeat(3000),
  "(1e999)",
  "(-0.00)",
  "(nan)",
  "\u{1f600}",
].map((text) => ENCODER.encode(text));

/** A message with a few places changed. */
function mutated(random: Random): Uint8Array<ArrayBuffer> {
  const pick = (count: number) => Math.floor(random.uniform() * count);
  let bytes = SEEDS[pick(SEEDS.length)].slice();
  for (let changes = 1 + pick(6); changes > 0; changes--) {
    const at = pick(bytes.length + 1);
    const to = Math.min(bytes.length, at + pick(200));
    switch (pick(5)) {
      case 0:
        bytes = bytes.slice(0, at);
        break;
      case 1:
        bytes = joined(bytes.slice(0, at), bytes.slice(to));
        break;
      case 2:
        bytes = joined(
          bytes.slice(0, at),
          PIECES[pick(PIECES.length)],
          bytes.slice(at),
        );
        break;
      case 3:
        bytes = joined(bytes.slice(0, to), bytes.slice(at));
        break;
      default:
        if (at < bytes.length) bytes[at] = pick(256);
    }
  }
  return bytes;
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

Deno.test(`${MESSAGES} mutated messages give a scan or a reason, in time`, async () => {
  const random = new Random(1);
  let usable = 0;
  for (let i = 0; i < MESSAGES; i++) {
    const bytes = mutated(random);
    const begin = performance.now();
    const message = messageOf("x", bytes, bytes.length);
    const reason = "unusable" in message ? message.unusable : undefined;
    const found = reason ??
      findVerdict("headers" in message ? message.headers : { fields: [] });
    const tookMs = performance.now() - begin;
    assert(tookMs < MOST_MS, `message ${i}: ${tookMs} ms`);
    if (typeof found === "string") {
      assert(/^[ -~]{10,100}$/.test(found), `message ${i}: ${found}`);
    } else {
      parseScan(JSON.parse(JSON.stringify(found)));
      usable++;
    }
    if (i % 10 > 0) continue;
    let size = 0;
    for await (const excerpt of splitMbox(inParts(bytes, random), 1000)) {
      assert(excerpt.start.length <= 1000);
      size += excerpt.size;
    }
    assert(size <= bytes.length, `message ${i}`);
  }
  assert(usable > MESSAGES / 4, `${usable} can be used`);
  assert(usable < MESSAGES, "none is broken");
});

async function* inParts(
  bytes: Uint8Array,
  random: Random,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length;) {
    const size = 1 + Math.floor(random.uniform() * 5000);
    yield await Promise.resolve(bytes.subarray(at, at + size));
    at += size;
  }
}

const HEADERS: [what: string, value: string][] = [
  ["white space", " ".repeat(250_000)],
  ["semicolons", ";".repeat(250_000)],
  ["open options", "A(1.00)[".repeat(30_000)],
  ["closed options", `A(1.00)[${"]".repeat(250_000)}`],
  ["names", "A".repeat(250_000)],
  ["almost symbols", `A(1.00)[${"]; AAAAAAAA(".repeat(20_000)}`],
  ["space in between", `A(1.00)[${"] ; ".repeat(60_000)}`],
  ["numbers", `A(${"1".repeat(250_000)}`],
];

Deno.test("no header takes long, however long it is", () => {
  for (const [what, value] of HEADERS) {
    for (
      const name of [
        "X-Spamd-Result: default: False [1 / 2]; ",
        "X-Spamd-Result: ",
        "X-Spam-Status: ",
        "X-Spam-Status: Yes, score= tests=",
        "Message-ID: <",
        "",
      ]
    ) {
      const bytes = ENCODER.encode(`${name}${value}\n\n`);
      const begin = performance.now();
      const message = messageOf("x", bytes, bytes.length);
      if ("headers" in message) findVerdict(message.headers);
      const tookMs = performance.now() - begin;
      assert(tookMs < MOST_MS, `${what} in ${name}: ${tookMs} ms`);
    }
  }
});
