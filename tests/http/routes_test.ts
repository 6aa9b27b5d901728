import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Answer, Host } from "../daemon/host.ts";
import { head, RawConnection } from "./server/raw_connection.ts";

const ROUTES: Record<string, string[]> = {
  "/v1/score": ["POST"],
  "/v1/learn": ["POST"],
  "/v1/train": ["POST"],
  "/v1/status": ["GET"],
  "/v1/models": ["GET"],
  "/v1/models/import": ["POST", "GET", "DELETE"],
  "/v1/models/rollback": ["POST", "GET", "DELETE"],
  "/v1/models/x": ["GET", "DELETE"],
  "/v1/models/x/export": ["GET"],
  "/v1/models/x/rollback": ["POST"],
  "/v1/pool": ["GET"],
  "/healthz": ["GET"],
  "/readyz": ["GET"],
  "/plugins/neural/learn": ["POST"],
  "/plugins/neural/learn_message": ["POST"],
  "/plugins/neural/status": ["GET"],
  "/plugins/neural/config": ["GET"],
  "/plugins/neural/train": ["GET", "POST"],
};
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** An error is one line for people: never a stack, never a path of sources. */
function checkError({ json, headers }: Answer): void {
  assertEquals(headers.get("content-type"), "application/json");
  assertEquals(Object.keys(json), ["error"]);
  const text: string = json.error;
  assert(text.length > 5 && text.length < 500, text);
  assert(!/\n|\bat \w+ \(|\.ts\b|node_modules/.test(text), text);
}

Deno.test("every route answers to its methods and to no other", async () => {
  await using host = await Host.start("");
  for (const [path, allowed] of Object.entries(ROUTES)) {
    for (const method of METHODS) {
      const body = method === "POST" ? '{"symbols":{}}' : undefined;
      const answer = await host.ask(path, { method, body });
      if (allowed.includes(method)) {
        // There is no model.
        const good = path.startsWith("/v1/models/") ? [400, 404] : [200, 400];
        assert(good.includes(answer.status), `${method} ${path}`);
        if (answer.status !== 200) checkError(answer);
        continue;
      }
      assertEquals(answer.status, 405, `${method} ${path}`);
      assertEquals(answer.headers.get("allow"), allowed.join(", "));
      checkError(answer);
      for (const name of allowed) {
        assertStringIncludes(answer.json.error, name);
      }
    }
  }
  assertEquals(host.logged("error"), []);
});

Deno.test("a path that is none is answered 404", async () => {
  await using host = await Host.start("");
  const paths = [
    "/index.html",
    "/page/",
    "/v1",
    "/v1/",
    "/v1/score/",
    "/v1/Score",
    "/v2/score",
    "/plugins/neural",
    "/%00",
    "/__proto__",
    "/v1/score%20",
    "/" + "x".repeat(8000),
  ];
  for (const path of paths) {
    for (const method of ["GET", "POST"]) {
      const answer = await host.ask(path, {
        method,
        body: method === "POST" ? "{}" : undefined,
      });
      assertEquals(answer.status, 404, path.slice(0, 50));
      assertEquals(Object.keys(answer.json), ["error"]);
    }
  }
});

Deno.test("an error does not repeat what is too long to read", async () => {
  await using host = await Host.start("");
  checkError(
    await host.post("/v1/learn", {
      symbols: { A: 1 },
      class: "x".repeat(100_000),
    }),
  );
  checkError(await host.post("/v1/score", "x".repeat(100_000)));
  checkError(
    await host.post("/v1/score", { symbols: { ["x".repeat(100_000)]: 1 } }),
  );
});

Deno.test("an unknown rule is answered 404, with those that there are", async () => {
  await using host = await Host.start("rules { LONG { } SHORT { } }");
  const scan = { symbols: { A: 1 } };
  const answers = [
    await host.post("/v1/score?rule=LUNG", scan),
    await host.post("/v1/learn?rule=LUNG", scan),
    await host.post("/v1/learn", { ...scan, rule: "LUNG" }),
    await host.post("/v1/train?rule=LUNG", ""),
    await host.post("/v1/score?rule=", scan),
    await host.post("/v1/train?rule=__proto__", ""),
    await host.post("/plugins/neural/learn", {
      spam_vec: [[1]],
      ham_vec: [[1]],
      rule: "LUNG",
    }),
    // The rule that rspamd takes where none is named.
    await host.post("/plugins/neural/learn", { spam_vec: [], ham_vec: [] }),
    await host.ask("/plugins/neural/train?rule=LUNG"),
    await host.ask("/v1/score?rule=LUNG", {
      method: "POST",
      body: JSON.stringify(scan),
      headers: { "content-type": "application/x-ndjson" },
    }),
  ];
  for (const answer of answers) {
    assertEquals(answer.status, 404);
    checkError(answer);
    assertStringIncludes(answer.json.error, "LONG, SHORT");
  }
});

Deno.test("the query may be anything", async () => {
  await using host = await Host.start("");
  const scan = { symbols: { A: 1 } };
  const wrong = [
    "-1",
    "1.5",
    "1001",
    "x",
    "",
    "NaN",
    "1e2",
    "0x9",
    "%2b1",
    "%ff",
  ];
  for (const explain of wrong) {
    const answer = await host.post(`/v1/score?explain=${explain}`, scan);
    assertEquals(answer.status, 400, explain);
    checkError(answer);
    assertStringIncludes(answer.json.error, "explain");
  }
  for (const query of ["?", "?&&", "?explain=3", "?explain=0&rule=default"]) {
    const answer = await host.post(`/v1/score${query}`, scan);
    assertEquals(answer.status, 200, query);
  }
});

Deno.test("a parameter that is unknown, or there twice, is named", async () => {
  await using host = await Host.start("");
  const cases: [path: string, said: string][] = [
    ["/v1/score?ruel=x", '"ruel"; possible are: rule, explain'],
    ["/v1/score?explain=3&explain=4", '"explain" is there twice'],
    ["/v1/score?rule=default&rule=default", '"rule" is there twice'],
    ["/v1/score?%zz=%", '"%zz"'],
    ["/v1/score?&&&=", '""'],
    ["/v1/score?__proto__=1", '"__proto__"'],
    ["/v1/learn?explain=1", '"explain"; possible are: rule'],
    ["/v1/learn?class=spam", '"class"'],
    ["/v1/train?rules=default", '"rules"'],
    ["/plugins/neural/train?rules=default", '"rules"'],
    ["/plugins/neural/learn?rule=default", "none is possible here"],
  ];
  for (const [path, said] of cases) {
    const answer = await host.post(path, { symbols: { A: 1 } });
    assertEquals(answer.status, 400, path);
    checkError(answer);
    assertStringIncludes(answer.json.error, said);
  }
  assertEquals((await host.status()).rules.default.networks, []);
});

Deno.test("a page of another site cannot use a browser to teach", async () => {
  await using host = await Host.start("");
  const ask = (site: string, path: string) =>
    host.ask(path, {
      method: "POST",
      body: '{"symbols":{"A":1},"class":"spam"}',
      headers: { "sec-fetch-site": site },
    });
  for (const path of ["/v1/learn", "/v1/train", "/plugins/neural/train"]) {
    const refused = await ask("cross-site", path);
    assertEquals(refused.status, 403);
    checkError(refused);
  }
  assertEquals((await host.status()).rules.default.networks, []);
  for (const site of ["none", "same-origin"]) {
    assertEquals((await ask(site, "/v1/learn")).status, 200);
  }
});

Deno.test("HEAD answers what GET does, without its body", async () => {
  await using host = await Host.start("");
  using connection = await RawConnection.open(host.url);
  for (
    const [path, status] of [["/healthz", 200], ["/v1/score", 405], [
      "/x",
      404,
    ]] as const
  ) {
    await connection.send(head({ method: "HEAD", path }));
    const response = await connection.receive({ toHead: true });
    assertEquals(response?.status, status);
  }
  await connection.send(head({ method: "GET", path: "/healthz" }));
  assertEquals((await connection.receive())?.body, '{"alive":true}');
});

Deno.test("a request line may be anything", async () => {
  await using host = await Host.start("");
  const lines: [line: string, status: number][] = [
    ["GET /v1/%zz?rule=%ff HTTP/1.1", 404],
    ["OPTIONS * HTTP/1.1", 400],
    ["BREW /v1/score HTTP/1.1", 400],
    ["TRACE /v1/score HTTP/1.1", 405],
    ["GET http://elsewhere/healthz HTTP/1.1", 200],
    ["GET //healthz HTTP/1.1", 404],
    ["GET /healthz HTTP/1.0", 200],
    ["GET /healthz", 200],
    ["\x16\x03\x01\x02", 400],
    ["GET /\r\n\r\n", 400],
  ];
  for (const [line, status] of lines) {
    using connection = await RawConnection.open(host.url);
    await connection.send(`${line}\r\nhost: localhost\r\n\r\n`);
    const response = await connection.receive();
    assertEquals(response?.status, status, JSON.stringify(line));
    const { error, alive } = JSON.parse(response!.body);
    assert(error || alive, line);
    assert(!/\bat \w+ \(/.test(response!.body));
  }
  assertEquals((await host.ask("/healthz")).json, { alive: true });
  assertEquals(host.logged("error"), []);
});

Deno.test("what rests on the store is not ready without it", async () => {
  await using host = await Host.start("");
  assertEquals((await host.ask("/readyz")).json, { ready: true });
  assertEquals((await host.ask("/healthz")).json, { alive: true });
  await Deno.rename(host.path, `${host.path}.away`);
  const { status, json } = await host.ask("/readyz");
  assertEquals(status, 503);
  assertEquals(json.ready, false);
  assertStringIncludes(json.reason, "moved");
  assertEquals((await host.ask("/healthz")).status, 200);
  await Deno.rename(`${host.path}.away`, host.path);
  assertEquals((await host.ask("/readyz")).status, 200);
});

Deno.test("training without samples tells why it did nothing", async () => {
  await using host = await Host.start("");
  assertEquals((await host.post("/v1/train", "")).json, {
    trained: false,
    reason: "nothing has been learned yet",
    results: [],
  });
  await host.post("/v1/learn", { symbols: { A: 1 }, class: "spam" });
  const { json } = await host.post("/v1/train", "");
  assertEquals(json.trained, false);
  assertStringIncludes(json.reason, "too few");
  assertEquals(json.results[0].metatoken_version, 3);
});
