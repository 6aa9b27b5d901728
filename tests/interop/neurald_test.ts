import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Host } from "../daemon/host.ts";
import { until } from "../daemon/until.ts";
import { RedisServer } from "../store/redis/server.ts";
import { makeMessages, type Message } from "./messages.ts";
import { dumpRedis } from "./redis_dump.ts";
import { hasServers, outputIn, RspamdHost, type RspamdScan } from "./rspamd.ts";

const MAX_TRAINS = 20;
const train = { max_trains: MAX_TRAINS };
const PROFILES = "rn2_default_1_default";

/** neurald as it is configured beside rspamd 3. */
const CONFIG =
  `watch_interval = 200ms; train { max_trains = ${MAX_TRAINS}; learning_rate = 0.05; }`;

/** What neurald answers to a scan of rspamd's. */
async function outputOf(host: Host, scan: RspamdScan): Promise<number> {
  const { json } = await host.post("/v1/score", scan);
  assertEquals(json.results.length, 1, JSON.stringify(json));
  return json.results[0].output;
}

/** Both answer the same to messages that neither has learned. */
async function assertAgree(
  rspamd: RspamdHost,
  host: Host,
  messages: readonly Message[],
): Promise<void> {
  await until(
    "rspamd loads the model",
    async () => outputIn(await rspamd.scan(messages[0].text)) !== undefined,
    30_000,
  );
  for (const { text, name } of messages) {
    const scan = await rspamd.scan(text);
    const theirs = outputIn(scan);
    assert(theirs !== undefined, name);
    assertAlmostEquals(await outputOf(host, scan), theirs, 1e-3, name);
  }
}

/** How many of the messages are on the right side. */
async function shareRight(
  rspamd: RspamdHost,
  messages: readonly Message[],
): Promise<number> {
  let right = 0;
  for (const message of messages) {
    const output = outputIn(await rspamd.scan(message.text)) ?? 0;
    if (output > 0 === (message.class === "spam")) right++;
  }
  return right / messages.length;
}

Deno.test("rspamd stores vectors, neurald trains an mlp, and rspamd loads it", async () => {
  if (!hasServers()) return;
  await using redis = await RedisServer.start();
  await using rspamd = await RspamdHost.start({
    redisPort: redis.port,
    trains: false,
    train,
  });
  // Redis is empty yet: it finds out later whose it is.
  await using host = await Host.start(
    `watch_interval = 200ms; architecture = mlp; train { max_trains = ${MAX_TRAINS}; }`,
    { store: redis.url },
  );
  await rspamd.teach(makeMessages(MAX_TRAINS, 2));
  // It finds the profile, counts, and trains by itself.
  const model = await until(
    "neurald trains",
    async () => {
      const { rules } = await host.status();
      return rules.default.networks[0]?.model ?? undefined;
    },
    30_000,
  );
  assertEquals(model.training?.architecture, "mlp");
  const dump = await dumpRedis(redis.url);
  const profiles = dump[PROFILES];
  assert(profiles.type === "zset");
  const records = profiles.members.map(({ value }) =>
    JSON.parse(value.toString())
  );
  const versions = records.map(({ version }) => version).sort();
  assertEquals(versions, [0, 1]);
  // As rspamd leaves it: see rspamd_test.ts.
  assertEquals(profiles.expireSeconds, undefined);
  const published = records.find(({ version }) => version === 1);
  assertEquals(Object.keys(published).sort(), [
    "digest",
    "redis_key",
    "symbols",
    "version",
  ]);
  const written = dump[published.redis_key];
  assert(written.type === "hash");
  assertAlmostEquals(written.expireSeconds ?? 0, 172_800, 60);
  assertEquals(Object.keys(written.fields).sort(), [
    "ann",
    "roc_thresholds",
    "training",
  ]);
  // rspamd's own symbols, and its keys.
  assertEquals(records[0].symbols, records[1].symbols);
  assertEquals(model.symbols, records[0].symbols.length);
  const messages = makeMessages(15, 5);
  await assertAgree(rspamd, host, messages);
  const right = await shareRight(rspamd, messages);
  assert(right > 0.8, `${right} are on the right side`);
  assertEquals(host.logged("error"), []);
});

Deno.test("neurald stores vectors, rspamd trains, and neurald loads its model", async () => {
  if (!hasServers()) return;
  await using redis = await RedisServer.start();
  await using trainer = await RspamdHost.start({
    redisPort: redis.port,
    trains: true,
    train,
  });
  const messages = makeMessages(MAX_TRAINS, 3);
  // rspamd decides on the symbols with the first that it learns.
  const [first, ...others] = messages;
  await trainer.scan(first.text, first.class);
  // It finds out whose Redis it is, and only stores and scores.
  const only = `train { store_set_only = true; max_trains = ${MAX_TRAINS}; }`;
  await using host = await Host.start(`watch_interval = 200ms; ${only}`, {
    store: redis.url,
  });
  const { rules } = await host.status();
  assertEquals(rules.default.networks.length, 1);
  for (const message of others) {
    const scan = await trainer.scan(message.text);
    const { json } = await host.post("/v1/learn", {
      ...scan,
      class: message.class,
    });
    assert(json.learned, JSON.stringify(json));
  }
  await until(
    "neurald serves the model of rspamd",
    async () =>
      (await host.status()).rules.default.networks[0].model?.version === 1,
    30_000,
  );
  await assertAgree(trainer, host, makeMessages(15, 6));
  assertEquals(host.logged("error"), []);
});

Deno.test("rspamd, coming later, is given what neurald has trained without it", async () => {
  if (!hasServers()) return;
  await using redis = await RedisServer.start();
  await using elsewhere = await RedisServer.start();
  await using rspamd = await RspamdHost.start({
    redisPort: elsewhere.port,
    trains: false,
    train,
  });
  await using host = await Host.start(CONFIG, { store: redis.url });
  for (const { text, class: mailClass } of makeMessages(MAX_TRAINS, 7)) {
    const scan = await rspamd.scan(text);
    await host.post("/v1/learn", { ...scan, class: mailClass });
  }
  const model = await until(
    "neurald trains",
    async () => (await host.status()).rules.default.networks[0]?.model,
    30_000,
  );
  assertEquals(model.version, 1);
  // By `auto`, as nothing else is configured.
  assertEquals(model.training?.cross_validation?.length, 3);

  await rspamd.stop();
  const options = { redisPort: redis.port, trains: false, train };
  await rspamd.startAgain(options);
  const [first] = makeMessages(1, 8);
  await rspamd.scan(first.text, first.class);
  await until(
    "the model is carried over",
    () => host.logged("info").some((line) => line.includes("carried over")),
  );
  await assertAgree(rspamd, host, makeMessages(15, 9));
  // Nothing was trained since.
  const { rules } = await host.status();
  assertEquals(rules.default.networks.map(({ model }) => model?.version), [1]);
  assertEquals(host.logged("error"), []);
});

Deno.test("rspamd follows when neurald goes back to an earlier model", async () => {
  if (!hasServers()) return;
  await using redis = await RedisServer.start();
  await using rspamd = await RspamdHost.start({
    redisPort: redis.port,
    trains: false,
    train,
  });
  const [first, ...others] = makeMessages(3 * MAX_TRAINS, 12);
  await rspamd.scan(first.text, first.class);
  await using host = await Host.start(
    "watch_interval = 200ms; architecture = mlp; " +
      `train { frozen = true; max_trains = ${MAX_TRAINS}; }`,
    { store: redis.url },
  );
  const halves = [
    others.slice(0, 2 * MAX_TRAINS),
    others.slice(2 * MAX_TRAINS),
  ];
  const probes = makeMessages(15, 13);
  const before: number[] = [];
  for (const [i, messages] of halves.entries()) {
    await rspamd.teach(messages);
    const { json } = await host.post("/v1/train", "");
    assert(json.trained, JSON.stringify(json));
    await agreeOn(rspamd, host, probes[0]);
    await assertAgree(rspamd, host, probes);
    if (i > 0) break;
    for (const { text } of probes) {
      before.push(await outputOf(host, await rspamd.scan(text)));
    }
  }
  const { status, json } = await host.post("/v1/models/rollback", "");
  assertEquals(status, 200, JSON.stringify(json));
  assertEquals([json.model.version, json.model.origin.of], [3, 1]);
  await agreeOn(rspamd, host, probes[0]);
  await assertAgree(rspamd, host, probes);
  for (const [i, { text, name }] of probes.entries()) {
    const output = outputIn(await rspamd.scan(text))!;
    assertAlmostEquals(output, before[i], 1e-3, name);
  }
  assertEquals(host.logged("error"), []);
});

/** Waits until rspamd has loaded the model that neurald serves. */
async function agreeOn(
  rspamd: RspamdHost,
  host: Host,
  { text }: Message,
): Promise<void> {
  await until("rspamd loads the newest model", async () => {
    const scan = await rspamd.scan(text);
    const theirs = outputIn(scan);
    if (theirs === undefined) return false;
    return Math.abs(theirs - await outputOf(host, scan)) < 1e-3;
  }, 30_000);
}
