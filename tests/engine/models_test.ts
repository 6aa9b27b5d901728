import { assert, assertEquals } from "@std/assert";
import type { ModelEntry } from "../../lib/engine/models/entry.ts";
import { decodeRnm, encodeRnm } from "../../lib/model/rnm.ts";
import { Connection } from "../../lib/store/redis/connection.ts";
import { Host } from "../daemon/host.ts";
import { register } from "../daemon/scanner.ts";
import { learnAndTrain } from "../daemon/trained_host.ts";
import { until } from "../daemon/until.ts";
import { redisTest } from "../store/redis/redis_test_case.ts";
import { RedisServer } from "../store/redis/server.ts";
import { mails } from "./mail.ts";

const CONFIG = "watch_interval = 1h; train { frozen = true; }";
const SCANS = mails(20, 900);

async function train(host: Host, from = 0, count = 60): Promise<void> {
  await learnAndTrain(host, mails(count, from));
}

async function listOf(host: Host): Promise<ModelEntry[]> {
  return (await host.ask("/v1/models")).json.models;
}

async function exported(host: Host, id: string): Promise<Uint8Array> {
  const response = await fetch(`${host.url}/v1/models/${id}/export`);
  assertEquals(response.status, 200);
  return await response.bytes();
}

function imported(host: Host, file: Uint8Array, query = "") {
  return host.ask(`/v1/models/import${query}`, {
    method: "POST",
    body: Uint8Array.from(file),
  });
}

async function scoresOf(host: Host): Promise<unknown[]> {
  const answers = await host.postLines("/v1/score", SCANS);
  return answers.map(({ results: [{ output, probability }] }) => [
    output,
    probability,
  ]);
}

/** Takes a model from one host to an empty one, and compares what they say. */
async function travels(from: Host, to: Host): Promise<void> {
  await train(from);
  const file = await exported(from, "default:default:1");
  const { status, json } = await imported(to, file, "?force=true");
  assertEquals(status, 200, JSON.stringify(json));
  assertEquals(json.model.id, "default:default:1");
  assertEquals(await scoresOf(to), await scoresOf(from));
  const again = await exported(to, json.model.id);
  assertEquals(decodeRnm(again).ann, decodeRnm(file).ann);
  assertEquals(decodeRnm(again).profile, decodeRnm(file).profile);
  assertEquals(decodeRnm(again).training, decodeRnm(file).training);
  // What serves, and why, is known after a restart, too.
  const { model } = await to.network();
  assertEquals(model!.origin.kind, "imported");
  await to.restart();
  assertEquals(await scoresOf(to), await scoresOf(from));
  assertEquals((await to.network()).model!.origin, model!.origin);
}

redisTest("a model travels from SQLite to Redis as it is", async () => {
  await using server = await RedisServer.start();
  await using from = await Host.start(CONFIG);
  await using to = await Host.start(CONFIG, { store: server.url });
  await travels(from, to);
});

redisTest("a model travels from Redis to SQLite as it is", async () => {
  await using server = await RedisServer.start();
  await using from = await Host.start(CONFIG, { store: server.url });
  await using to = await Host.start(CONFIG);
  await travels(from, to);
});

for (
  const how of [
    "fusion { normalization = zscore; } architecture = symbol;",
    "max_inputs = 20; architecture = symbol;",
  ]
) {
  Deno.test(`a model travels with ${how}`, async () => {
    await using from = await Host.start(CONFIG + how);
    await using to = await Host.start(CONFIG);
    await travels(from, to);
  });
}

Deno.test("a model from elsewhere has to win, or be forced", async () => {
  await using elsewhere = await Host.start(CONFIG);
  await elsewhere.postLines(
    "/v1/learn",
    mails(60).map((scan, i) => i % 3 ? scan : { ...scan, class: "ham" }),
  );
  assert((await elsewhere.post("/v1/train", "")).json.trained);
  const poor = await exported(elsewhere, "default:default:1");
  await using host = await Host.start(CONFIG);
  const early = (await imported(host, poor)).json;
  assertEquals(early.imported, false);
  assert(early.reason.startsWith("it cannot be judged: 0 spam"), early.reason);
  assertEquals(await listOf(host), []);

  await train(host, 300, 200);
  const before = await scoresOf(host);
  const { json } = await imported(host, poor);
  assertEquals(json.imported, false);
  assert(json.reason.includes("in service"), json.reason);
  assert(json.figures.error > json.current_figures.error);
  assertEquals(await scoresOf(host), before);
  assertEquals((await listOf(host)).length, 1);

  const forced = (await imported(host, poor, "?force=true")).json;
  assertEquals(forced.model.version, 2);
  assertEquals(forced.model.origin.forced, true);
  // One that is good replaces it without force.
  const good = await exported(host, "default:default:1");
  const back = (await imported(host, good)).json;
  assert(back.imported, back.reason);
  assert(back.figures.error < back.current_figures.error);
  assertEquals(await scoresOf(host), before);
  const { last_change } = await host.network();
  assertEquals(last_change?.outcome, "imported");
});

Deno.test("where symbols are configured, an import gets these by their names", async () => {
  await using from = await Host.start(CONFIG + "architecture = linear;");
  await train(from);
  const file = await exported(from, "default:default:1");
  const symbols = ["BAYES_HAM", "BAYES_SPAM", "NEW_ONE"];
  await using to = await Host.start(
    CONFIG + `profile { default = [${symbols}]; }`,
  );
  const { json } = await imported(to, file, "?force=true");
  assertEquals(json.model?.symbols, symbols.length, JSON.stringify(json));
  const scan = { symbols: { BAYES_SPAM: 5, NEW_ONE: 1 } };
  const output = async (host: Host) =>
    (await host.post("/v1/score", scan)).json.results[0].output;
  const known = { symbols: { BAYES_SPAM: 5 } };
  assertEquals(await output(to), await output(from));
  assertEquals(
    (await to.post("/v1/score", known)).json.results[0].output,
    await output(to),
  );

  // What is done to the inputs beside that cannot be carried over.
  await using projecting = await Host.start(
    CONFIG + "architecture = symbol; max_inputs = 20;",
  );
  await train(projecting);
  const other = await exported(projecting, "default:default:1");
  const refused = await imported(to, other, "?force=true");
  assertEquals(refused.status, 409);
  assert(refused.json.error.includes("cannot be carried over"));
  assertEquals((await listOf(to)).length, 1);
});

Deno.test("a file without a profile is for the symbols of the line", async () => {
  await using host = await Host.start(CONFIG);
  await train(host);
  const file = decodeRnm(await exported(host, "default:default:1"));
  const bare = encodeRnm({
    modelVersion: 9,
    ann: file.ann,
    providersDigest: "0123456789abcdef",
  });
  const scores = await scoresOf(host);
  const { json } = await imported(host, bare, "?force=true");
  assertEquals(json.model.version, 2, JSON.stringify(json));
  assertEquals(json.model.origin.version, 9);
  const outputs = (all: unknown[]) => all.map((one) => (one as number[])[0]);
  assertEquals(outputs(await scoresOf(host)), outputs(scores));
  const details = (await host.ask("/v1/models/default:default:2")).json;
  assertEquals(details.providers_digest, "0123456789abcdef");

  await using empty = await Host.start(CONFIG);
  const lost = await imported(empty, bare, "?force=true");
  assertEquals(lost.status, 400);
  assert(lost.json.error.includes("there is no profile yet"));
  await using others = await Host.start(CONFIG + "profile { default = [A]; }");
  const unfit = await imported(others, bare, "?force=true");
  assertEquals(unfit.status, 400);
  assert(unfit.json.error.includes("inputs"), unfit.json.error);
});

Deno.test("a model of other metatokens does not come unnoticed", async () => {
  await using other = await Host.start(CONFIG);
  const scans = mails(60, 0, { metatokens: new Array(26).fill(0) });
  await other.postLines("/v1/learn", scans);
  assert((await other.post("/v1/train", "")).json.trained);
  const [{ id, metatoken_version }] = await listOf(other);
  assertEquals([id, metatoken_version], ["default:default:1", 1]);
  const file = await exported(other, id);
  await using host = await Host.start(CONFIG);
  await train(host);
  const { status, json } = await imported(host, file);
  assertEquals(status, 409);
  assert(json.error.includes("metatokens of version 1"), json.error);
  assert((await imported(host, file, "?force=true")).json.imported);
  // Now two are of the same version.
  assertEquals(
    (await listOf(host)).map(({ id }) => id).toSorted(),
    ["default:default:1@1", "default:default:1@3"],
  );
  const ambiguous = await host.ask("/v1/models/default:default:1");
  assertEquals(ambiguous.status, 404);
  assert(ambiguous.json.error.includes("say which"), ambiguous.json.error);
  const named = await host.ask("/v1/models/default:default:1@1");
  assertEquals(named.json.metatoken_version, 1);
});

Deno.test("a version that was deleted is not given again", async () => {
  await using host = await Host.start(CONFIG);
  for (const from of [0, 100]) await train(host, from);
  const remove = (id: string, query = "") =>
    host.ask(`/v1/models/${id}${query}`, { method: "DELETE" });
  const refused = await remove("default:default:2");
  assertEquals(refused.status, 409);
  assert(refused.json.error.includes("is in service"), refused.json.error);
  const { json } = await remove("default:default:2", "?force=true");
  assertEquals(json.deleted, true);
  assertEquals((await host.network()).model!.version, 1);
  assertEquals((await host.network()).last_change?.outcome, "deleted");
  await host.restart();
  await train(host, 200);
  assertEquals((await host.network()).model!.version, 3);
  assertEquals((await remove("default:default:2")).status, 404);
});

redisTest("where rspamd decided on the symbols, they stay", async () => {
  await using server = await RedisServer.start();
  const redis = await Connection.open(server.url);
  try {
    const series = "rn3_default_3_default";
    const symbols = mails(60).flatMap((one) => Object.keys(one.symbols));
    await register(redis, series, [...new Set(symbols)].sort());
    await using host = await Host.start(
      "watch_interval = 100ms; architecture = linear; " +
        "train { frozen = true; }",
      { store: server.url },
    );
    for (const from of [0, 100]) await train(host, from);
    const grown = [...new Set([...symbols, "NEW_ONE"])].sort();
    await register(redis, series, grown);
    await until(
      "the model is carried over",
      async () => (await host.network()).model?.symbols === grown.length,
    );
    // The earlier model had one symbol less.
    const id = (await listOf(host)).find(({ version, symbols }) =>
      version === 1 && symbols < grown.length
    )!.id;
    const { status, json } = await host.post(`/v1/models/${id}/rollback`, "");
    assertEquals(status, 200, JSON.stringify(json));
    assertEquals(json.model.symbols, grown.length);
    assertEquals(json.model.origin.of, 1);
    // Scanners load it, for it is the newest of their profile.
    const newest = await redis.ask("HEXISTS", json.model.key, "ann");
    assertEquals(newest, 1);
    const before = await scoresOf(host);
    await host.restart();
    assertEquals(await scoresOf(host), before);
    assertEquals(host.logged("error"), []);
  } finally {
    await redis.close();
  }
});
