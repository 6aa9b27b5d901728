import { assert, assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { startDaemon } from "../../lib/daemon.ts";
import { lineLog } from "../../lib/engine/log.ts";
import { ListenError } from "../../lib/http/server.ts";
import { StoreError } from "../../lib/store/store.ts";
import { inFolder } from "../cli/neurald.ts";
import { mails } from "../engine/mail.ts";
import { configOf, Host } from "./host.ts";
import { until } from "./until.ts";

const silent = lineLog("error", () => {});

Deno.test("a daemon whose address is taken lets go of its store", () =>
  inFolder(async (folder) => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const options = {
      config: configOf("watch_interval = 50ms;"),
      log: silent,
      store: `sqlite:${folder}/neurald.sqlite`,
      listen: { hostname: "127.0.0.1", port: listener.addr.port },
    };
    await assertRejects(() => startDaemon(options), ListenError);
    listener.close();
    // Whoever has it open keeps a log beside it.
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assertEquals(names, ["neurald.sqlite"]);
    const daemon = await startDaemon(options);
    await daemon.stop();
  }));

Deno.test("a daemon without a store does not start", () =>
  inFolder((folder) =>
    assertRejects(
      () =>
        startDaemon({
          config: configOf(""),
          log: silent,
          store: `sqlite:${folder}`,
          listen: { hostname: "127.0.0.1", port: 0 },
        }),
      StoreError,
    ).then(() => {})
  ));

Deno.test("a daemon that stops is not ready, but finishes what it does", async () => {
  await using host = await Host.start("watch_interval = 1h;");
  const { url } = host;
  const learning = host.postLines("/v1/learn", mails(3000));
  await until(
    "it has begun",
    async () => (await host.status()).rules.default.networks.length > 0,
  );
  const stopping = host.stop();
  const answers = await learning;
  assertEquals(answers.length, 6000);
  assert(answers.every(({ learned }) => learned));
  await stopping;
  await assertRejects(() => fetch(`${url}/healthz`));
  assertEquals(host.logged("error"), []);
  await host.restart();
  assertEquals((await host.network()).pool?.fresh, { spam: 3000, ham: 3000 });
});

Deno.test("a daemon that stops in the midst of a round does not complain", async () => {
  for (let i = 0; i < 10; i++) {
    const rules = ["A", "B", "C"].map((name) =>
      `${name} { watch_interval = 1ms; symbol_spam = S${name}; symbol_ham = H${name}; }`
    );
    await using host = await Host.start(`rules { ${rules.join(" ")} }`);
    await host.postLines("/v1/learn", mails(5));
    await host.stop();
    assertEquals([...host.logged("error"), ...host.logged("warn")], []);
  }
});

Deno.test("a store that fails is told, and is used again when it works", async () => {
  await using host = await Host.start("watch_interval = 50ms;");
  await host.postLines("/v1/learn", mails(40));
  assert((await host.post("/v1/train", "")).json.trained);
  await host.restart();
  const scan = mails(1, 500)[0];
  // Somebody else has locked the file for longer than a call may wait.
  const database = new DatabaseSync(host.path);
  try {
    database.exec("BEGIN IMMEDIATE");
    const learning = host.post("/v1/learn", scan);
    // Scores need no store.
    const score = await host.post("/v1/score", scan);
    assertEquals(score.json.results[0].version, 1);
    const { status, json, headers } = await learning;
    assertEquals(status, 503);
    assertEquals(headers.get("retry-after"), "5");
    assert(json.error.includes("keeps the file locked"), json.error);
  } finally {
    database.close();
  }
  assert((await host.post("/v1/learn", scan)).json.learned);
});
