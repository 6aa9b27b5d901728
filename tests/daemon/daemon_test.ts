import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { startDaemon } from "../../lib/daemon.ts";
import { lineLog } from "../../lib/log/line_log.ts";
import { ListenError } from "../../lib/http/server/server.ts";
import { StoreError } from "../../lib/store/store.ts";
import { inFolder } from "../cli/neurald.ts";
import { mails } from "../engine/mail.ts";
import { configOf, Host } from "./host.ts";
import { pause, until } from "./until.ts";

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

/** Moves the files of a daemon's store away. */
function removeStore(host: Host): void {
  for (const end of ["", "-wal", "-shm"]) Deno.removeSync(host.path + end);
}

Deno.test("nothing is learned into a file that was removed", async () => {
  await using host = await Host.start("watch_interval = 50ms;");
  const scans = mails(150);
  await host.post("/v1/learn", scans[0]);
  removeStore(host);
  const { status, json } = await host.post("/v1/learn", scans[1]);
  assertEquals(status, 503);
  assertStringIncludes(json.error, "was moved, removed or replaced");
  await until(
    "the log says so",
    () =>
      host.log.some(({ level, fields }) =>
        level === "error" && String(fields.error).includes("(-wal, -shm)")
      ),
  );
  // Each line is answered, also those that were not understood.
  const lines = [...scans.slice(2), "{"];
  const answers = await host.postLines("/v1/learn", lines);
  assertEquals(answers.length, lines.length);
  assertEquals(answers.pop().status, 400);
  for (const { error, status } of answers) {
    assertEquals(status, 503);
    assertStringIncludes(error, "was moved, removed or replaced");
  }
});

Deno.test("a daemon ends within 5 s though its store is locked", async () => {
  await using host = await Host.start("watch_interval = 50ms;");
  await host.postLines("/v1/learn", mails(40));
  const database = new DatabaseSync(host.path);
  try {
    database.exec("BEGIN IMMEDIATE");
    const learning = host.post("/v1/learn", mails(1, 500)[0]).catch(() => {});
    await pause(200);
    const begin = performance.now();
    await host.stop();
    const elapsedMs = performance.now() - begin;
    assert(elapsedMs < 4900, `${elapsedMs} ms`);
    assert(
      host.logged("warn").some((line) => line.includes("was given up")),
      JSON.stringify(host.log),
    );
    await learning;
  } finally {
    database.close();
  }
});

const OF_A = "series = (SELECT id FROM series WHERE name = 'rn3_default_3_a')";

/** What happens to a store; the settings `a` suffer from it. */
const DAMAGES_OF_A = [
  `CREATE TRIGGER damage BEFORE UPDATE ON profiles
    WHEN new.${OF_A} BEGIN SELECT RAISE(ABORT, 'a damaged page'); END`,
  `DROP TRIGGER damage; UPDATE profiles SET record = 'x' WHERE ${OF_A}`,
];

Deno.test("what is damaged for some settings does not stop the others", async () => {
  const config = "watch_interval = 50ms; allowed_settings = [a]; ";
  await using host = await Host.start(config + "train { frozen = true; }");
  for (const settings_id of ["a", "default"]) {
    await host.postLines("/v1/learn", mails(40, 0, { settings_id }));
  }
  assert((await host.post("/v1/train", "")).json.trained);
  await host.stop();
  for (const damage of DAMAGES_OF_A) {
    await host.stop();
    host.sql((database) => database.exec(damage));
    await host.restart();
    assertEquals((await host.network()).model?.version, 1, damage);
  }
  assertEquals((await host.network({ settings: "a" })).model, null);
  const errors = host.log.filter(({ level }) => level === "error");
  assert(errors.length > 0, JSON.stringify(host.log));
  for (const { fields } of errors) {
    assertEquals(fields.series, "rn3_default_3_a");
    assertStringIncludes(String(fields.error), "a damaged page");
  }
  const { results } = (await host.post("/v1/train?rule=default", "")).json;
  assertEquals(results.length, 2);
  for (const { report } of results) assertEquals(report.outcome, "published");
});

Deno.test("a daemon whose store's thread has ended says so", async () => {
  const workers: Worker[] = [];
  const { Worker } = globalThis;
  globalThis.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      workers.push(this);
    }
  };
  try {
    await using host = await Host.start("watch_interval = 1h;");
    const [worker] = workers;
    const event = { message: "out of order", cancelable: true };
    worker.dispatchEvent(new ErrorEvent("error", event));
    const { message } = await host.daemon.failed;
    assertStringIncludes(message, "thread of the store has ended");
    assertEquals((await host.post("/v1/learn", mails(1)[0])).status, 503);
    await host.stop();
    const givenUp = host.logged("warn")
      .filter((line) => line.includes("was given up"));
    assertEquals(givenUp.length, 1);
  } finally {
    globalThis.Worker = Worker;
  }
});
