import { assertEquals, assertStringIncludes } from "@std/assert";
import { Host } from "../daemon/host.ts";
import { mail } from "../engine/mail.ts";

const SCAN = JSON.stringify(mail("spam", 1));
const NDJSON = { "content-type": "application/x-ndjson" };

Deno.test("a body in another encoding is refused, and the encoding named", async () => {
  await using host = await Host.start("");
  const ask = (path: string, headers: Record<string, string>) =>
    host.ask(path, { method: "POST", body: SCAN, headers });
  for (const path of ["/v1/score", "/v1/learn", "/plugins/neural/learn"]) {
    for (const more of [{}, NDJSON]) {
      const answer = await ask(path, { "content-encoding": "gzip", ...more });
      assertEquals(answer.status, 415);
      assertStringIncludes(answer.json.error, "gzip");
    }
  }
  const { status } = await ask("/v1/score", { "content-encoding": "Identity" });
  assertEquals(status, 200);
  await host.checkWell();
});

/** A scan whose symbol has bytes in its name. */
function scanNamed(name: number[]): Uint8Array<ArrayBuffer> {
  const [start, end] = ['{"class":"spam","symbols":["A', '"]}']
    .map((text) => new TextEncoder().encode(text));
  return Uint8Array.of(...start, ...name, ...end);
}

/** Cut off, out of place, too long, half of a pair; the last one in CESU-8. */
const NO_UTF8 = [[0xe4], [0xf0, 0x9f, 0x98], [0x80], [0xc0, 0xaf], [
  ...[0xed, 0xa0, 0x80],
]];
/** The sign that stands for what cannot be read, written as such. */
const REPLACEMENT = [0xef, 0xbf, 0xbd];

Deno.test("what is not UTF-8 is not learned", async () => {
  await using host = await Host.start("");
  const ask = (body: BodyInit, type: string) =>
    host.ask("/v1/learn", {
      method: "POST",
      body,
      headers: { "content-type": type },
    });
  for (const name of NO_UTF8) {
    const bytes = scanNamed(name);
    // Cut in the midst of the name.
    const chunked = ReadableStream.from([bytes.slice(0, 30), bytes.slice(30)]);
    for (const body of [bytes, chunked]) {
      const { status, json } = await ask(body, "application/json");
      assertEquals([status, json.error], [400, "the body is not UTF-8"]);
    }
  }
  assertEquals((await host.status()).rules.default.networks, []);
  const { json } = await ask(scanNamed(REPLACEMENT), "application/json");
  assertEquals(json.learned, true);
});

Deno.test("a line that is not UTF-8 does not keep the others back", async () => {
  await using host = await Host.start("");
  const names = [[0x41], NO_UTF8[0], REPLACEMENT, NO_UTF8[1], [0xc3, 0xa4]];
  const body = names.flatMap((name) => [...scanNamed(name), 0x0a]);
  for (const length of [body.length, 7, 1]) {
    const parts = Array.from(
      { length: Math.ceil(body.length / length) },
      (_, i) => Uint8Array.from(body.slice(i * length, (i + 1) * length)),
    );
    const response = await fetch(`${host.url}/v1/learn`, {
      method: "POST",
      body: ReadableStream.from(parts),
      headers: NDJSON,
    });
    const lines = (await response.text()).trimEnd().split("\n")
      .map((line) => JSON.parse(line));
    assertEquals(
      lines.map(({ learned, error }) => learned ?? error),
      [true, "the body is not UTF-8", true, "the body is not UTF-8", true],
    );
  }
  assertEquals((await host.network()).pool?.fresh.spam, 3);
});
