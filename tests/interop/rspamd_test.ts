import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { featuresOf } from "../../lib/features/features.ts";
import { Layout } from "../../lib/features/layout.ts";
import { MAIL_CLASSES, type MailClass } from "../../lib/features/mail_class.ts";
import { parseScan } from "../../lib/features/scan.ts";
import { type Model, openModel } from "../../lib/model/model.ts";
import { profileDigest } from "../../lib/model/profile.ts";
import { fromFields } from "../../lib/model/stored_model.ts";
import { toDense } from "../../lib/nn/sparse.ts";
import type { ProfileRecord } from "../../lib/store/store.ts";
import { decompress } from "../../lib/zstd.ts";
import { pause, until } from "../daemon/until.ts";
import { RedisServer } from "../store/redis/server.ts";
import { corpusMessages } from "./corpus.ts";
import { makeMessages, type Message } from "./messages.ts";
import { dumpRedis, type RedisValue } from "./redis_dump.ts";
import { hasServers, outputIn, RspamdHost, type RspamdScan } from "./rspamd.ts";

/** Where rspamd 3.x keeps the profiles of the rule `default`. */
const PROFILES = "rn2_default_1_default";
/** Which metatokens it measures. */
const METATOKENS = 1;

type Dump = Record<string, RedisValue>;

/** The profiles in a Redis, the one used last first. */
function profilesIn(dump: Dump): ProfileRecord[] {
  const profiles = dump[PROFILES];
  assert(profiles?.type === "zset", profiles?.type);
  return profiles.members.map(({ value }) => JSON.parse(value.toString()));
}

function layoutOf({ symbols }: ProfileRecord): Layout {
  return new Layout(METATOKENS, symbols);
}

/** The training vectors of a class, packed. */
function vectorsIn(
  dump: Dump,
  { redis_key }: ProfileRecord,
  mailClass: MailClass,
): Uint8Array[] {
  const vectors = dump[`${redis_key}_${mailClass}_set`];
  if (!vectors) return [];
  assert(vectors.type === "set", vectors.type);
  return vectors.members;
}

function unpack(vector: Uint8Array): number[] {
  const text = new TextDecoder().decode(decompress(vector, 1e6));
  return text.split(";").map(Number);
}

/** What neurald makes of a scan. */
function vectorOf(layout: Layout, scan: RspamdScan) {
  return layout.vectorOf(featuresOf(parseScan(scan), METATOKENS, new Set()));
}

function assertSameVector(
  layout: Layout,
  actual: ArrayLike<number>,
  expected: number[],
  what: string,
): void {
  assertEquals(actual.length, expected.length, what);
  expected.forEach((x, i) =>
    assertAlmostEquals(actual[i], x, 1e-6, `${what}: ${layout.nameAt(i)}`)
  );
}

/** Teaches messages one by one, and looks at each vector that is stored. */
async function assertStoresVectors(
  messages: readonly Message[],
): Promise<void> {
  await using redis = await RedisServer.start();
  await using rspamd = await RspamdHost.start({
    redisPort: redis.port,
    trains: false,
    train: { max_trains: messages.length },
  });
  const seen = new Set<string>();
  for (const message of messages) {
    const scan = await rspamd.scan(message.text, message.class);
    const dump = await dumpRedis(redis.url);
    const [profile] = profilesIn(dump);
    const stored = MAIL_CLASSES.flatMap((mailClass) =>
      vectorsIn(dump, profile, mailClass)
        .filter((vector) => !seen.has(vector.toHex()))
        .map((vector) => ({ mailClass, vector }))
    );
    assertEquals(stored.length, 1, message.name);
    const [{ mailClass, vector }] = stored;
    assertEquals(mailClass, message.class, message.name);
    seen.add(vector.toHex());
    const layout = layoutOf(profile);
    const own = toDense(vectorOf(layout, scan));
    assertSameVector(layout, own, unpack(vector), message.name);
  }
}

Deno.test("rspamd stores the vectors that neurald computes", async () => {
  if (!hasServers()) return;
  await assertStoresVectors(makeMessages(30, 1));
});

Deno.test("rspamd stores the vectors that neurald computes, of real mail", async () => {
  if (!hasServers()) return;
  const messages = await corpusMessages(25);
  if (!messages) return;
  assertEquals(messages.length, 125);
  await assertStoresVectors(messages);
});

/** How many vectors of a class make rspamd train. */
const MAX_TRAINS = 20;
const train = {
  max_trains: MAX_TRAINS,
  // At its default of 0.01 nearly all outputs are -1 or 1.
  learning_rate: 0.001,
};

/** What a Redis holds of a model that rspamd can load. */
function modelIn(dump: Dump, profile: ProfileRecord): Model | undefined {
  const model = dump[profile.redis_key];
  if (!model) return undefined;
  assert(model.type === "hash", model.type);
  if (!model.fields.ann) return undefined;
  return openModel(fromFields(model.fields, profile, METATOKENS));
}

/** The names of the fields of all hashes. */
function fieldsIn(dump: Dump): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(dump).flatMap(([key, value]) =>
      value.type === "hash" ? [[key, Object.keys(value.fields).sort()]] : []
    ),
  );
}

Deno.test("rspamd keeps profile and vectors under its keys, and does not train where it should not", async () => {
  if (!hasServers()) return;
  await using redis = await RedisServer.start();
  await using rspamd = await RspamdHost.start({
    redisPort: redis.port,
    trains: false,
    train,
  });
  await rspamd.teach(makeMessages(MAX_TRAINS, 2));
  await pause(2500);
  const dump = await dumpRedis(redis.url);
  const [profile, ...others] = profilesIn(dump);
  assertEquals(others, []);
  assertEquals(Object.keys(profile).sort(), [
    "digest",
    "distance",
    "redis_key",
    "symbols",
    "version",
  ]);
  const { digest } = profile;
  assertEquals(digest, profileDigest(profile.symbols));
  const key = `rn_default_default_${digest.slice(0, 8)}_0`;
  assertEquals(profile.redis_key, key);
  assertEquals([profile.version, profile.distance], [0, 0]);
  assertEquals(
    Object.keys(dump),
    [PROFILES, `${key}_ham_set`, `${key}_spam_set`].sort(),
  );
  for (const mailClass of MAIL_CLASSES) {
    assertEquals(vectorsIn(dump, profile, mailClass).length, MAX_TRAINS);
  }
  for (const value of Object.values(dump)) {
    assertEquals(value.expireSeconds, undefined);
  }
});

Deno.test("a model that one rspamd trains is what neurald and another rspamd answer", async () => {
  if (!hasServers()) return;
  await using redis = await RedisServer.start();
  await using scanner = await RspamdHost.start({
    redisPort: redis.port,
    trains: false,
    train,
  });
  await scanner.teach(makeMessages(MAX_TRAINS, 3));
  assertEquals(
    outputIn(await scanner.scan(makeMessages(1, 4)[0].text)),
    undefined,
  );
  await using trainer = await RspamdHost.start({
    redisPort: redis.port,
    train,
  });
  const { profile, model } = await until("a model is there", async () => {
    const dump = await dumpRedis(redis.url);
    const [profile] = profilesIn(dump);
    const model = modelIn(dump, profile);
    if (!model) return undefined;
    const { expireSeconds } = dump[profile.redis_key];
    // `ann_expire` is two days.
    assertAlmostEquals(expireSeconds ?? 0, 172_800, 60);
    return { profile, model };
  });
  const { version, redis_key } = profile;
  assertEquals(version, 1);
  const key = `rn_default_default_${profile.digest.slice(0, 8)}`;
  assertEquals(redis_key, `${key}_1`);
  assertEquals(fieldsIn(await dumpRedis(redis.url)), {
    // Of the lock.
    [`${key}_0`]: ["hostname"],
    [`${key}_1`]: ["ann", "roc_thresholds"],
  });
  const messages = makeMessages(20, 5);
  for (const rspamd of [scanner, trainer]) {
    await until(
      "the model is loaded",
      async () => outputIn(await rspamd.scan(messages[0].text)) !== undefined,
    );
    let uncertain = 0;
    for (const { text, name } of messages) {
      const scan = await rspamd.scan(text);
      const own = model.predictor.output(vectorOf(model.layout, scan));
      assertAlmostEquals(own, outputIn(scan) ?? NaN, 1e-3, name);
      if (Math.abs(own) < 0.95) uncertain++;
    }
    assert(uncertain >= 3, `${uncertain} outputs that are not nearly -1 or 1`);
  }
});

Deno.test("rspamd makes another profile when it is reloaded with another symbol", async () => {
  if (!hasServers()) return;
  await using redis = await RedisServer.start();
  const options = { redisPort: redis.port, trains: false };
  await using rspamd = await RspamdHost.start(options);
  await rspamd.teach(makeMessages(1, 6));
  const [before] = profilesIn(await dumpRedis(redis.url));
  await rspamd.reload({
    ...options,
    lua: `
rspamd_config:register_symbol{
  name = "ANOTHER_SYMBOL",
  score = 1.0,
  callback = function() return true, 0.5 end
}
`,
  });
  const [message] = makeMessages(1, 7);
  const scan = await rspamd.scan(message.text, message.class);
  const dump = await dumpRedis(redis.url);
  const [after, ...others] = profilesIn(dump);
  assertEquals(others, [before]);
  assertEquals(after.symbols, [...before.symbols, "ANOTHER_SYMBOL"].sort());
  const layout = layoutOf(after);
  const vector = unpack(vectorsIn(dump, after, message.class)[0]);
  assertSameVector(
    layout,
    toDense(vectorOf(layout, scan)),
    vector,
    message.name,
  );
  assertEquals(vector[layout.positionOf("ANOTHER_SYMBOL")!], 0.5);
});
