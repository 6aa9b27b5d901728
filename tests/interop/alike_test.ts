import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { decodeKann } from "../../lib/nn/kann.ts";
import { Connection } from "../../lib/store/redis/connection.ts";
import { decompress } from "../../lib/zstd.ts";
import { Host } from "../daemon/host.ts";
import { until } from "../daemon/until.ts";
import { RedisServer } from "../store/redis/server.ts";
import { makeMessages, type Message } from "./messages.ts";
import { dumpRedis, type RedisValue } from "./redis_dump.ts";
import { hasServers, RspamdHost, type RspamdScan } from "./rspamd.ts";

const MAX_TRAINS = 20;
const PROFILES = "rn2_default_1_default";
const METATOKENS = 26;

/** Fields of a model that only neurald writes. */
const OWN_FIELDS = ["training"];
/** Keys that only neurald writes. */
const OWN_KEYS = [
  "digests",
  "ham_retained",
  "samples",
  "spam_retained",
  "state",
  "trainings",
].map((name) => `${PROFILES}_neurald_${name}`);
const OWN_KEYS_BEFORE_TRAINING = [
  "neurald_series",
  `${PROFILES}_neurald_messages`,
  `${PROFILES}_neurald_origins`,
];

/** How much later the one may have written than the other, in seconds. */
const LATER_SECONDS = 30;
const ANN_EXPIRE_SECONDS = 172_800;

/** A Redis at one moment. */
interface Snapshot {
  values: Record<string, RedisValue>;
  /** How Redis keeps each of them (`OBJECT ENCODING`). */
  encodings: Record<string, string>;
}

async function snapshotOf(redis: Connection): Promise<Snapshot> {
  const values = await dumpRedis(redis.url);
  const encodings: Record<string, string> = {};
  for (const key of Object.keys(values)) {
    const encoding = await redis.ask("OBJECT", "ENCODING", key);
    encodings[key] = new TextDecoder().decode(encoding as Uint8Array);
  }
  return { values, encodings };
}

/** What is left without the keys that only neurald writes. */
function without(snapshot: Snapshot, own: string[]): Snapshot["values"] {
  return Object.fromEntries(
    Object.entries(snapshot.values).filter(([key]) => !own.includes(key)),
  );
}

/** Both keep the same under the same keys, but for weights and whose it is. */
function assertAlike(
  theirs: Snapshot["values"],
  ours: Snapshot["values"],
): void {
  assertEquals(Object.keys(ours), Object.keys(theirs));
  for (const [key, value] of Object.entries(theirs)) {
    assertSameExpiry(value, ours[key], key);
    assertSameValue(value, ours[key], key);
  }
}

function assertSameExpiry(
  { expireSeconds: theirs }: RedisValue,
  { expireSeconds: ours }: RedisValue,
  key: string,
): void {
  assertEquals(ours === undefined, theirs === undefined, key);
  assertAlmostEquals(ours ?? 0, theirs ?? 0, LATER_SECONDS, key);
}

function assertSameValue(theirs: RedisValue, ours: RedisValue, key: string) {
  assertEquals(ours.type, theirs.type, key);
  if (theirs.type === "zset" && ours.type === "zset") {
    assertEquals(profilesIn(ours), profilesIn(theirs), key);
    for (const { score } of [...theirs.members, ...ours.members]) {
      assertAlmostEquals(score, Date.now() / 1000, 300, key);
    }
    // When rspamd saves, it knows whole seconds, and more when it loads.
    assert(ours.members.every(({ score }) => !Number.isInteger(score)), key);
  } else if (theirs.type === "set" && ours.type === "set") {
    assertSameVectors(theirs.members, ours.members, key);
  } else if (theirs.type === "hash" && ours.type === "hash") {
    assertSameFields(theirs.fields, ours.fields, key);
  } else {
    throw new Error(`${key}: nobody should write a ${theirs.type}`);
  }
}

/** The texts, which have to be the same whatever the order of their parts. */
function profilesIn({ members }: RedisValue & { type: "zset" }) {
  return members.map(({ value }) => JSON.parse(value.toString()))
    .sort((a, b) => a.version - b.version);
}

/**
 * Scores in rspamd's answers are cut off after six decimals; all else in the
 * texts is the very same. Their bytes are only where the zstd of rspamd 3 (1.4.5)
 * describes its Huffman codes as newer ones do; those of rspamd 4 are all the
 * same (tests/store/redis/vector_test.ts).
 */
function assertSameVectors(
  theirs: Uint8Array[],
  ours: Uint8Array[],
  key: string,
): void {
  assertEquals(ours.length, theirs.length, key);
  const expected = sortedTexts(theirs);
  sortedTexts(ours).forEach((text, i) => {
    if (text === expected[i]) return;
    const elements = expected[i].split(";");
    assertEquals(text.split(";").length, elements.length, key);
    text.split(";").forEach((element, j) => {
      if (element === elements[j]) return;
      assert(j >= METATOKENS, `${key}: ${element}, not ${elements[j]}`);
      assertAlmostEquals(Number(element), Number(elements[j]), 1e-6, key);
    });
  });
  // Magic, and a descriptor: one segment of known length, without a checksum.
  const headers = new Set([...theirs, ...ours].map(headerOf));
  assertEquals(headers.size, 1, key);
}

/** By their metatokens, which no two messages share. */
function sortedTexts(vectors: Uint8Array[]): string[] {
  const decoder = new TextDecoder();
  return vectors.map((vector) => decoder.decode(decompress(vector, 1e6)))
    .sort();
}

function headerOf(vector: Uint8Array): string {
  return vector.subarray(0, 5).toHex();
}

function assertSameFields(
  theirs: Record<string, Uint8Array>,
  ours: Record<string, Uint8Array>,
  key: string,
): void {
  const shared = Object.keys(ours).filter((name) => !OWN_FIELDS.includes(name));
  assertEquals(shared.sort(), Object.keys(theirs).sort(), key);
  for (const name of shared) {
    if (name === "ann") {
      assertEquals(shapeOf(ours.ann), shapeOf(theirs.ann), key);
    } else if (name !== "hostname") {
      assertEquals(ours[name], theirs[name], `${key} ${name}`);
    }
  }
}

/** All of a network but its weights. */
function shapeOf(ann: Uint8Array): unknown[] {
  const { nodes } = decodeKann(decompress(ann, 10 * 2 ** 20));
  return nodes.map((node) =>
    node.kind === "leaf"
      ? { ...node, values: node.role === 0 ? undefined : node.values }
      : node
  );
}

/** Scans and learns messages, each of which is stored when it is answered. */
async function scanAll(
  rspamd: RspamdHost,
  messages: readonly Message[],
): Promise<RspamdScan[]> {
  const scans: RspamdScan[] = [];
  for (const { text, class: mailClass } of messages) {
    scans.push(await rspamd.scan(text, mailClass));
  }
  return scans;
}

Deno.test("what rspamd and neurald write of the same mail is alike", async () => {
  if (!hasServers()) return;
  await using servers = new AsyncDisposableStack();
  const [theirServer, ourServer] = await Promise.all([
    RedisServer.start(),
    RedisServer.start(),
  ]);
  servers.use(theirServer);
  servers.use(ourServer);
  const theirs = await Connection.open(theirServer.url);
  servers.defer(() => theirs.close());
  const ours = await Connection.open(ourServer.url);
  servers.defer(() => ours.close());
  await using rspamd = await RspamdHost.start({
    redisPort: theirServer.port,
    trains: false,
    train: { max_trains: MAX_TRAINS },
  });

  // The profile is rspamd's in either: its configuration decides.
  const messages = makeMessages(MAX_TRAINS, 11);
  const scans = await scanAll(rspamd, messages.slice(0, 1));
  const profiles = await theirs.ask("DUMP", PROFILES) as Uint8Array;
  await ours.ask("RESTORE", PROFILES, "0", profiles);
  scans.push(...await scanAll(rspamd, messages.slice(1)));
  await using host = await Host.start(
    `watch_interval = 1h;
     architecture = symbol;
     train { store_set_only = true; max_trains = ${MAX_TRAINS}; }`,
    { store: ourServer.url },
  );
  for (const [i, scan] of scans.entries()) {
    const request = { ...scan, class: messages[i].class };
    const { json } = await host.post("/v1/learn", request);
    assertEquals(json.results[0].outcome, "added", messages[i].name);
  }

  const before = await snapshotOf(theirs);
  assertEquals(Object.keys(before.values).length, 3);
  const oursBefore = await snapshotOf(ours);
  assertAlike(
    before.values,
    without(oursBefore, OWN_KEYS_BEFORE_TRAINING),
  );
  assertEquals(await ours.ask("DUMP", PROFILES), profiles);
  for (const [key, encoding] of Object.entries(before.encodings)) {
    assertEquals(oursBefore.encodings[key], encoding, key);
  }

  assert((await host.post("/v1/train", "")).json.trained);
  await using _trainer = await RspamdHost.start({
    redisPort: theirServer.port,
    train: { max_trains: MAX_TRAINS },
  });
  const after = await until("rspamd saves its model", async () => {
    const snapshot = await snapshotOf(theirs);
    const profiles = snapshot.values[PROFILES];
    const isSaved = profiles.type === "zset" && profiles.members.length === 2;
    return isSaved ? snapshot : undefined;
  }, 30_000);
  const oursAfter = await snapshotOf(ours);
  const learned = Object.keys(after.values).filter((key) =>
    key.endsWith("_set")
  );
  assertEquals(learned.length, 2);
  // rspamd leaves what it has learned to lie, and neurald takes it away.
  for (const key of learned) delete after.values[key];
  assertAlike(
    after.values,
    without(oursAfter, [...OWN_KEYS, ...OWN_KEYS_BEFORE_TRAINING]),
  );
  for (const key of Object.keys(after.values)) {
    // neurald's own field makes no difference.
    assertEquals(oursAfter.encodings[key], after.encodings[key], key);
  }
  const models = Object.values(oursAfter.values)
    .filter(({ expireSeconds }) => expireSeconds !== undefined);
  assertEquals(models.length, 1);
  assertAlmostEquals(
    models[0].expireSeconds!,
    ANN_EXPIRE_SECONDS,
    LATER_SECONDS,
  );
  assertEquals(host.logged("error"), []);
});
