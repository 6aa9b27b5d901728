import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { decodeSample } from "../../lib/features/sample.ts";
import { Host } from "../daemon/host.ts";
import { pause, until } from "../daemon/until.ts";
import { mail } from "../engine/mail.ts";
import {
  chunk,
  head,
  LAST_CHUNK,
  RawConnection,
  type RawResponse,
  request,
} from "./server/raw_connection.ts";

const SCAN = JSON.stringify(mail("spam", 1));
const NDJSON = { "content-type": "application/x-ndjson" };

Deno.test("JSON that is wrong is answered 400, and names the field", async () => {
  await using host = await Host.start("");
  const cases: [body: string, said: string][] = [
    ["", "not JSON"],
    [" ", "not JSON"],
    ["{", "not JSON"],
    ["nul", "not JSON"],
    ['{"symbols":{}}}', "not JSON"],
    ["\x00", "not JSON"],
    ["null", "object"],
    ["[]", "object"],
    ["1", "object"],
    ["{}", "symbols"],
    ['{"symbols":1}', "symbols"],
    ['{"symbols":[1]}', "symbols[0]"],
    ['{"symbols":["A",{"score":1}]}', "symbols[1]"],
    ['{"symbols":{"A":"x"}}', "symbols.A"],
    ['{"symbols":{"A":[]}}', "symbols.A"],
    ['{"symbols":{"A":[1,2,3]}}', "symbols.A"],
    ['{"symbols":{"A":[1,"x"]}}', "symbols.A"],
    ['{"symbols":{"A":{}}}', "symbols.A"],
    ['{"symbols":{"":1}}', "symbols"],
    ['{"symbols":{},"score":"7"}', "score"],
    ['{"symbols":{},"action":7}', "action"],
    ['{"symbols":{},"metatokens":[1,2]}', "metatokens"],
    ['{"symbols":{},"metatokens":{"siez":1}}', "metatokens.siez"],
    ['{"symbols":{},"metatokens":{"size":"x"}}', "metatokens.size"],
    ['{"symbols":{},"metatokens":{"size":1e7}}', "metatokens.size"],
    ['{"symbols":{},"settings_id":{}}', "settings_id"],
    ['{"symbols":{},"settings_id":"a b"}', "settings_id"],
    ['{"symbols":{"A":1},"rule":1}', "rule"],
  ];
  const learning: [body: string, said: string][] = [
    ['{"symbols":{"A":1},"class":"sapm"}', "class"],
    ['{"symbols":{"A":1},"class":1}', "class"],
    ['{"symbols":{"A":1},"class":["spam"]}', "class"],
  ];
  for (const path of ["/v1/score", "/v1/learn"]) {
    const all = path === "/v1/learn" ? [...cases, ...learning] : cases;
    for (const [body, said] of all) {
      const answer = await host.ask(path, { method: "POST", body });
      assertEquals(answer.status, 400, `${path} ${body}`);
      assertStringIncludes(answer.json.error, said);
    }
  }
  assertEquals((await host.status()).rules.default.networks, []);
  await host.checkWell();
});

Deno.test("a body of exactly the limit is taken, and no longer one", async () => {
  await using host = await Host.start("neurald { body_limit = 1000; }");
  const padded = (length: number) => SCAN + " ".repeat(length - SCAN.length);
  for (const path of ["/v1/score", "/v1/learn"]) {
    for (const [length, status] of [[1000, 200], [1001, 413]] as const) {
      const body = padded(length);
      const declared = await host.ask(path, { method: "POST", body });
      assertEquals(declared.status, status);
      using connection = await RawConnection.open(host.url);
      await connection.send(
        head({ path, headers: { "transfer-encoding": "chunked" } }) +
          chunk(body.slice(0, 600)) + chunk(body.slice(600)) + LAST_CHUNK,
      );
      assertEquals((await connection.receive())?.status, status);
    }
  }
  await host.checkWell();
});

/** Megabytes more than the answer waits for. */
const FAR_TOO_LARGE = "x".repeat(5_000_000);

for (
  const [what, path, headers, status] of [
    ["too large a scan", "/v1/score", {}, 413],
    ["too large a scan to learn", "/v1/learn", {}, 413],
    ["too long a line", "/v1/learn", NDJSON, 413],
    ["lines for an unknown rule", "/v1/learn?rule=x", NDJSON, 404],
    ["a body that nobody asked for", "/v1/status", {}, 405],
    ["a body for nobody", "/nowhere", {}, 404],
    ["a message", "/plugins/neural/learn_message", {}, 400],
  ] as const
) {
  Deno.test(`${what} is answered although it is not read`, async () => {
    await using host = await Host.start("");
    const declared = request(path, FAR_TOO_LARGE, headers);
    const chunked = head({
      path,
      headers: { ...headers, "transfer-encoding": "chunked" },
    }) + chunk(FAR_TOO_LARGE) + LAST_CHUNK;
    for (const all of [declared, chunked]) {
      using connection = await RawConnection.open(host.url);
      // Sends everything before it reads anything, as many clients do.
      await connection.send(all);
      const response = await connection.receive();
      assertEquals(response?.status, status);
      assertEquals(typeof JSON.parse(response!.body).error, "string");
      // Either it says that it closes, or the next request is answered.
      const closes = response!.headers.get("connection") === "close";
      if (closes) assert(await connection.isClosed());
      else {
        await connection.send(request("/v1/score", SCAN));
        assertEquals((await connection.receive())?.status, 200);
      }
    }
    // A client that pools connections gets through as well.
    for (let i = 0; i < 3; i++) {
      const large = await host.ask(path, {
        method: "POST",
        body: FAR_TOO_LARGE,
        headers,
      });
      assertEquals(large.status, status);
      assertEquals((await host.post("/v1/score", mail("ham", 1))).status, 200);
    }
    await host.checkWell();
  });
}

Deno.test("a slow body is answered 408, and learns nothing", async () => {
  await using host = await Host.start("neurald { request_timeout = 200ms; }");
  const starts = [
    head({ path: "/v1/score", headers: { "content-length": 100 } }) + '{"sym',
    head({ path: "/v1/learn", headers: { "content-length": 100 } }),
    head({ path: "/v1/learn", headers: { "transfer-encoding": "chunked" } }) +
    chunk('{"symbols"'),
    head({
      path: "/v1/learn",
      headers: { ...NDJSON, "transfer-encoding": "chunked" },
    }) + chunk('{"symbols"'),
    head({ path: "/plugins/neural/learn", headers: { "content-length": 9 } }),
  ];
  await Promise.all(starts.map(async (start) => {
    using connection = await RawConnection.open(host.url);
    await connection.send(start);
    const begin = performance.now();
    const response = await connection.receive();
    assertEquals(response?.status, 408);
    assertStringIncludes(response!.body, "request_timeout");
    assert(performance.now() - begin < 3000);
  }));
  assertEquals((await host.status()).rules.default.networks, []);
  await host.checkWell();
});

Deno.test("a scan may not trickle in for ever", async () => {
  await using host = await Host.start("neurald { request_timeout = 300ms; }");
  using connection = await RawConnection.open(host.url);
  await connection.send(head({
    path: "/v1/learn",
    headers: { "transfer-encoding": "chunked" },
  }));
  const begin = performance.now();
  let response: RawResponse | undefined;
  const receiving = connection.receive().then((it) => response = it);
  for (const letter of SCAN.slice(0, -1)) {
    if (response) break;
    await connection.send(chunk(letter)).catch(() => {});
    await pause(50);
  }
  await receiving;
  assertEquals(response?.status, 408);
  assert(performance.now() - begin < 2000);
});

Deno.test("lines that come in pieces are taken while they come", async () => {
  await using host = await Host.start("neurald { request_timeout = 500ms; }");
  const lines = [mail("spam", 1), mail("ham", 2)].map((scan) =>
    JSON.stringify(scan) + "\n"
  );
  using connection = await RawConnection.open(host.url);
  await connection.send(head({
    path: "/v1/learn",
    headers: { ...NDJSON, "transfer-encoding": "chunked" },
  }));
  // Longer than the timeout in all, and cut in the midst of lines.
  const text = lines.join("");
  for (let at = 0; at < text.length; at += 50) {
    await connection.send(chunk(text.slice(at, at + 50)));
    await pause(120);
  }
  await connection.send(LAST_CHUNK);
  const response = await connection.receive();
  assertEquals(response?.status, 200);
  assertEquals(response!.body.split("\n").length, 3);
  const { pool } = await host.network();
  assertEquals(pool?.fresh, { spam: 1, ham: 1 });
});

Deno.test("a client that waits for the answer to each line is told", async () => {
  await using host = await Host.start("neurald { request_timeout = 300ms; }");
  const start = head({
    path: "/v1/learn",
    headers: { ...NDJSON, "transfer-encoding": "chunked" },
  });
  using connection = await RawConnection.open(host.url);
  await connection.send(start + chunk(SCAN + "\n"));
  // The answers come when all lines have been read: see lib/http/ndjson.ts.
  const response = await connection.receive();
  assertEquals(response?.status, 200);
  const [answer, late] = response!.body.trimEnd().split("\n")
    .map((line) => JSON.parse(line));
  assertEquals([answer.learned, late.status], [true, 408]);
  assertStringIncludes(late.error, "(request_timeout); the rest was not read");
  // The line was whole. To send it once more is no harm.
  assertEquals((await host.network()).pool?.fresh.spam, 1);
  const [again] = await host.postLines("/v1/learn", [SCAN]);
  assertEquals(again.results[0].outcome, "known");
});

Deno.test("characters that are cut by the pieces arrive whole", async () => {
  await using host = await Host.start("");
  for (const type of ["application/json", NDJSON["content-type"]]) {
    const symbols = ["Ä", "€", "𝕊", type];
    const body = JSON.stringify({ symbols, class: "spam" });
    const answer = await host.ask("/v1/learn", {
      method: "POST",
      body: ReadableStream.from(
        Array.from(new TextEncoder().encode(body), (x) => Uint8Array.of(x)),
      ),
      headers: { "content-type": type },
    });
    assertEquals(answer.json.learned, true);
    const row = host.sql((database) =>
      database.prepare("SELECT features FROM samples ORDER BY id DESC").get()
    );
    const sample = decodeSample(row!.features as Uint8Array);
    assertEquals(new Set(sample.symbols), new Set(symbols));
  }
});

Deno.test("a client that goes away in the midst is no mistake", async () => {
  await using host = await Host.start("");
  const starts = [
    request("/v1/learn", SCAN).slice(0, -10),
    head({ path: "/v1/learn", headers: { "content-length": 1000 } }),
    head({
      path: "/v1/learn",
      headers: { ...NDJSON, "transfer-encoding": "chunked" },
    }) + chunk(SCAN.slice(0, 20)),
    head({ path: "/v1/score", headers: { "content-length": 1000 } }) + "{",
    head({ path: "/v1/train", headers: { "content-length": 0 } }),
    "POST /v1/learn HTT",
    // Asks, and does not wait for the answer.
    request("/v1/score", SCAN),
  ];
  for (let round = 0; round < 5; round++) {
    for (const start of starts) {
      const connection = await RawConnection.open(host.url);
      await connection.send(start);
      if (round % 2 === 0) await pause(10);
      connection[Symbol.dispose]();
    }
  }
  await until("the last answer", () => host.ask("/healthz"));
  await pause(100);
  assertEquals((await host.status()).rules.default.networks, []);
  await host.checkWell();
});

/** Sends requests at once, over one connection, which has to be kept. */
async function pipeline(host: Host, texts: string[]): Promise<RawResponse[]> {
  using connection = await RawConnection.open(host.url);
  await connection.send(texts.join(""));
  const responses: RawResponse[] = [];
  for (const _ of texts) {
    const response = await connection.receive();
    assert(response, `closed after ${responses.length} answers`);
    responses.push(response);
  }
  return responses;
}

Deno.test("requests that come at once are answered in their order", async () => {
  await using host = await Host.start("");
  const count = 60;
  const numbers = Array.from({ length: count }, (_, i) => i);
  const mixed = await pipeline(
    host,
    numbers.map((i) =>
      i % 4 === 0
        ? request("/v1/score", SCAN)
        : i % 4 === 1
        ? request("/v1/score", "wrong")
        : head({ method: "GET", path: `/none/${i}` })
    ),
  );
  for (const [i, { status, body }] of mixed.entries()) {
    assertEquals(status, [200, 400, 404, 404][i % 4]);
    if (i % 4 > 1) assertStringIncludes(body, `/none/${i}`);
  }
  // Learning too: each answer comes when it is durable.
  const learned = await pipeline(
    host,
    numbers.map((i) =>
      request("/v1/learn", JSON.stringify({ symbols: [`S${i}`], class: "ham" }))
    ),
  );
  for (const { body } of learned) assertEquals(JSON.parse(body).learned, true);
  assertEquals((await host.network()).pool?.fresh.ham, count);
});

Deno.test("a client that asks before it sends is told to go on", async () => {
  await using host = await Host.start("");
  using connection = await RawConnection.open(host.url);
  await connection.send(head({
    path: "/v1/score",
    headers: { expect: "100-continue", "content-length": SCAN.length },
  }));
  assertEquals((await connection.receive())?.status, 100);
  await connection.send(SCAN);
  assertEquals((await connection.receive())?.status, 200);
});

Deno.test("lines before one that is too long are answered", async () => {
  await using host = await Host.start("neurald { body_limit = 1000; }");
  const lines = [mail("spam", 1), mail("ham", 1)].map((scan) =>
    JSON.stringify(scan)
  );
  const answers = await host.postLines("/v1/learn", [
    ...lines,
    '"' + "x".repeat(999) + '"',
    ...lines,
  ]);
  assertEquals(answers.length, 3);
  assertEquals(answers.slice(0, 2).map(({ learned }) => learned), [true, true]);
  assertEquals(answers[2], {
    error: "a line of more than 1000 bytes (body_limit); the rest was not read",
    status: 413,
  });
  assertEquals((await host.network()).pool?.fresh, { spam: 1, ham: 1 });
});

Deno.test("the documented scan, some of its metatokens by position, is told what is missing", async () => {
  await using host = await Host.start("");
  const documented = `{
    "symbols": { "BAYES_SPAM": { "name": "BAYES_SPAM", "score": 3.2, "metric_score": 5.1, "options": ["99.9%"] } },
    // the filter's total
    "score": 7.4, "required_score": 15, "action": "add header",
    "metatokens": [0.375, 0],
    "settings_id": "outbound", "user": "alice", "ip": "10.0.0.7"
  }`;
  const ask = (body: string) => host.ask("/v1/score", { method: "POST", body });
  const verbatim = await ask(documented);
  assertEquals(verbatim.status, 400);
  assertStringIncludes(verbatim.json.error, "this is not JSON: ");
  const { status, json } = await ask(documented.replace(/\/\/.*/, ""));
  assertEquals([status, json.error], [
    400,
    'metatokens: 2 numbers; by position all are needed, 26 (version 1) or 46 (version 3); to give some of them, name them: {"size": 0.375}',
  ]);
});
