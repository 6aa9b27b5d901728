import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startDaemon } from "../../../lib/daemon.ts";
import { lineLog } from "../../../lib/log/line_log.ts";
import { configOf } from "../../daemon/host.ts";
import { until } from "../../daemon/until.ts";
import { mail, mails } from "../../engine/mail.ts";
import { redisTest } from "./redis_test_case.ts";
import { RedisServer } from "./server.ts";

const PASSWORD = "hunter2";

/** A daemon over a Redis that the configuration names. */
async function startHost(server: RedisServer) {
  const lines: string[] = [];
  const daemon = await startDaemon({
    config: configOf(`
      watch_interval = 100ms;
      train { max_trains = 1000 }
      redis {
        servers = "127.0.0.1:${server.port}";
        password = "${PASSWORD}";
        timeout = 1s;
      }`),
    listen: { hostname: "127.0.0.1", port: 0 },
    log: lineLog("debug", (line) => lines.push(line)),
    nextSeed: () => 1,
  });
  const ask = async (path: string, json?: unknown) => {
    const begin = performance.now();
    const response = await fetch(daemon.url + path, {
      ...json !== undefined && { method: "POST", body: JSON.stringify(json) },
    });
    const text = await response.text();
    assert(!text.includes(PASSWORD), text);
    return {
      status: response.status,
      retryAfter: response.headers.get("retry-after"),
      json: JSON.parse(text),
      text,
      ms: performance.now() - begin,
    };
  };
  return {
    lines,
    ask,
    [Symbol.asyncDispose]: () => daemon.stop(),
  };
}

redisTest("scoring goes on while Redis is away, and all heals", async () => {
  await using server = await RedisServer.start(["--requirepass", PASSWORD]);
  const { port } = server;
  await using host = await startHost(server);
  const { ask } = host;
  for (const one of mails(40)) {
    assertEquals((await ask("/v1/learn", one)).status, 200);
  }
  const training = await ask("/v1/train", {});
  assert(training.json.trained, training.text);
  const scan = mail("spam", 1000);
  const before = (await ask("/v1/score", scan)).json;
  const stored = () =>
    ask("/v1/status").then(({ json }) => json.rules.default.networks[0].pool);
  const pool = await stored();

  const away = async (why: string) => {
    await until(
      "it is told",
      async () => (await ask("/readyz")).text.includes(why),
    );
    const readiness = await ask("/readyz");
    assertEquals(readiness.status, 503);
    assertStringIncludes(
      readiness.json.reason,
      `redis://127.0.0.1:${port}: ${why}`,
    );
    const learning = await ask("/v1/learn", mail("ham", 1001));
    assertEquals(learning.status, 503);
    assert(Number(learning.retryAfter) > 0);
    assertStringIncludes(learning.json.error, why);
    assert(learning.ms < 900, `${learning.ms} ms`);
    const score = await ask("/v1/score", scan);
    assertEquals(score.status, 200);
    assertEquals(score.json, before);
    const status = await ask("/v1/status");
    assertStringIncludes(status.json.store.error, why);
  };
  const back = async () => {
    await until(
      "it is ready",
      async () => (await ask("/readyz")).status === 200,
    );
    assertEquals(await stored(), pool);
    assertEquals((await ask("/v1/score", scan)).json, before);
  };

  await server.stop("SIGKILL");
  await away("it refuses connections");
  await until(
    "it is logged",
    () => host.lines.some((line) => line.includes("refuses connections")),
  );
  await server.startAgain();
  await back();

  server.signal("SIGSTOP");
  await away("it did not answer within 1000 ms");
  server.signal("SIGCONT");
  await back();

  const learned = await ask("/v1/learn", mail("ham", 1002));
  assertEquals(learned.status, 200, learned.text);
  assert(!host.lines.some((line) => line.includes(PASSWORD)));
});
