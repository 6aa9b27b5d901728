import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Answer, Host } from "../../daemon/host.ts";
import { head, RawConnection } from "../server/raw_connection.ts";
import { bearer, TOKENS, WITH_TOKENS } from "./tokens.ts";

const SCAN = '{"symbols":{"A":1},"class":"spam"}';

/** What each route needs. */
const READS = [
  "POST /v1/score",
  "GET /v1/status",
  "GET /v1/pool",
  "GET /v1/models",
  "GET /v1/models/default:default",
  "GET /v1/models/default:default/export",
  "GET /readyz",
  "GET /plugins/neural/status",
  "GET /plugins/neural/config",
  "GET /nowhere",
];
const WRITES = [
  "POST /v1/learn",
  "POST /v1/train",
  "POST /v1/models/import",
  "POST /v1/models/rollback",
  "POST /v1/models/default:default/rollback",
  "DELETE /v1/models/default:default",
  "POST /plugins/neural/learn_message",
  "POST /plugins/neural/learn",
  "GET /plugins/neural/train",
  "POST /plugins/neural/train",
];

function askFor(
  host: Host,
  route: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const [method, path] = route.split(" ");
  const body = method === "POST" ? SCAN : undefined;
  return host.ask(path, { method, body, headers });
}

Deno.test("each route needs a token that allows it", async () => {
  await using host = await Host.start(WITH_TOKENS);
  for (const route of [...READS, ...WRITES]) {
    const none = await askFor(host, route);
    assertEquals(none.status, 401, route);
    assertStringIncludes(none.headers.get("www-authenticate")!, "Bearer");
    assertEquals(Object.keys(none.json), ["error"]);
    const write = await askFor(host, route, bearer(TOKENS.write));
    assert(![401, 403, 429].includes(write.status), route);
    const read = await askFor(host, route, bearer(TOKENS.read));
    if (READS.includes(route)) assertEquals(read.status, write.status, route);
    else assertEquals(read.status, 403, route);
  }
  assertEquals((await host.ask("/healthz")).status, 200);
  assertEquals(host.logged("error"), []);
});

Deno.test("the page and metrics need a token that may read, and no more", async () => {
  await using host = await Host.start(WITH_TOKENS);
  const routes = [
    "GET /",
    "GET /page/page.js",
    "GET /metrics",
    "HEAD /v1/events",
    "POST /explain",
  ];
  for (const route of routes) {
    const [method, path] = route.split(" ");
    const body = method === "POST" ? `scan=${SCAN}` : undefined;
    const statusFor = async (headers: Record<string, string> = {}) => {
      const init = { method, body, headers };
      const response = await fetch(host.url + path, init);
      await response.body?.cancel();
      return response.status;
    };
    assertEquals(await statusFor(), 401, route);
    assertEquals(await statusFor(bearer(TOKENS.read)), 200, route);
  }
});

Deno.test("no spelling of a path gets around its token", async () => {
  await using host = await Host.start(WITH_TOKENS);
  const headers = bearer(TOKENS.read);
  const paths = [
    "/plugins/neural/%74rain",
    "/plugins//neural/train",
    "/healthz/../plugins/neural/train",
    "/healthz%2f../plugins/neural/train",
    "/plugins/neural/train?",
    "/plugins/neural/train?x=/healthz",
    "//plugins/neural/train",
    "http://elsewhere/plugins/neural/train",
  ];
  for (const path of paths) {
    using connection = await RawConnection.open(host.url);
    await connection.send(head({ method: "GET", path, headers }));
    const response = await connection.receive();
    assert([400, 403, 404].includes(response!.status), path);
  }
});

Deno.test("a token is taken as bearer, basic or rspamd's password", async () => {
  await using host = await Host.start(WITH_TOKENS);
  const basic = (text: string) => ({ authorization: `Basic ${btoa(text)}` });
  const right = [
    bearer(TOKENS.read),
    { authorization: `bearer   ${TOKENS.read}` },
    basic(`anybody:${TOKENS.read}`),
    basic(`:${TOKENS.read}`),
    { password: TOKENS.read },
  ];
  for (const headers of right) {
    assertEquals((await askFor(host, "GET /v1/status", headers)).status, 200);
  }
  const none: Record<string, string>[] = [
    { authorization: TOKENS.read },
    { authorization: `Token ${TOKENS.read}` },
    { authorization: `Basic ${TOKENS.read}` },
    { authorization: `Basic ${btoa(TOKENS.read)}` },
    { authorization: "Bearer" },
    { password: "" },
    { password: "x".repeat(300) },
    { cookie: `password=${TOKENS.read}` },
  ];
  for (const headers of none) {
    const answer = await askFor(host, "GET /v1/status", headers);
    assertEquals(answer.status, 401, JSON.stringify(headers));
  }
});

Deno.test("ten wrong tokens from an address slow it down, not who is known", async () => {
  await using host = await Host.start(WITH_TOKENS);
  const known = bearer(TOKENS.write);
  assertEquals((await askFor(host, "GET /v1/status", known)).status, 200);
  // At once, as an attacker would.
  const answers = await Promise.all(
    Array.from(
      { length: 30 },
      (_, i) => askFor(host, "GET /v1/status", bearer(`wrong-${i}`)),
    ),
  );
  const count = (status: number) =>
    answers.filter((answer) => answer.status === status).length;
  assertEquals([count(401), count(429)], [10, 20]);
  assertEquals(host.logged("warn").toSorted(), [
    ...Array(10).fill('a wrong token was refused {"from":"127.0.0.1"}'),
    'too many wrong tokens {"from":"127.0.0.1"}',
  ]);
  const slowed = await askFor(host, "GET /v1/status", bearer("wrong"));
  assertEquals(slowed.status, 429);
  const seconds = Number(slowed.headers.get("retry-after"));
  assert(seconds > 30 && seconds <= 60, `${seconds} s`);
  // Neither is a right one that nobody has seen looked at.
  const unknown = await askFor(host, "GET /v1/status", bearer(TOKENS.read));
  assertEquals(unknown.status, 429);
  assertEquals((await askFor(host, "POST /v1/learn", known)).status, 200);
  assertEquals((await host.ask("/healthz")).status, 200);
});

Deno.test("a busy client's token is looked into once, and never slowed down", async () => {
  await using host = await Host.start(WITH_TOKENS);
  const answers = await Promise.all(
    Array.from(
      { length: 40 },
      () => askFor(host, "GET /v1/status", bearer(TOKENS.read)),
    ),
  );
  assertEquals(answers.filter(({ status }) => status !== 200).length, 0);
});

Deno.test("tokens that are taken away let in no longer", async () => {
  await using host = await Host.start(WITH_TOKENS);
  const ask = (token: string) => askFor(host, "GET /v1/status", bearer(token));
  assertEquals((await ask(TOKENS.read)).status, 200);
  assertEquals((await ask(TOKENS.write)).status, 200);
  await host.reconfigure(WITH_TOKENS.replace(/^ *filter .*$/m, ""));
  assertEquals((await ask(TOKENS.read)).status, 200);
  assertEquals((await ask(TOKENS.write)).status, 401);
  await host.reconfigure("");
  assertEquals((await askFor(host, "POST /v1/learn")).status, 200);
});

Deno.test("requests beyond what can be worked on are refused at once", async () => {
  await using host = await Host.start(
    "neurald { max_requests = 2; request_timeout = 1s; }",
  );
  const slow = await Promise.all([1, 2].map(async () => {
    const connection = await RawConnection.open(host.url);
    await connection.send(
      head({ path: "/v1/learn", headers: { "content-length": 10 } }),
    );
    return connection;
  }));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const refused = await askFor(host, "POST /v1/score");
  assertEquals(refused.status, 503);
  assertStringIncludes(refused.json.error, "max_requests");
  assert(Number(refused.headers.get("retry-after")) > 0);
  // Who watches whether it lives is not deceived.
  assertEquals((await host.ask("/healthz")).status, 200);
  for (const connection of slow) {
    assertEquals((await connection.receive())?.status, 408);
    connection[Symbol.dispose]();
  }
  assertEquals((await askFor(host, "POST /v1/score")).status, 200);
});
