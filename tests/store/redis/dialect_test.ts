import { assert, assertEquals } from "@std/assert";
import { encodeSample } from "../../../lib/features/sample.ts";
import { type Dialect, findDialect } from "../../../lib/store/redis/dialect.ts";
import { encodeVector } from "../../../lib/store/redis/vector.ts";
import type { Sample } from "../../../lib/store/store.ts";
import { publication } from "../samples.ts";
import { redisTest } from "./redis_test_case.ts";
import { withRedis } from "./rig.ts";
import { profileFor, register, SHARING, V2, V3 } from "./rspamd_profiles.ts";

const METATOKENS = 26;
const HOUR_SECONDS = 3600;
const MANY = 10_000;

const PROFILE = profileFor(["A", "B"], 0);

function vectorOf(...symbols: string[]): Uint8Array {
  const vector = new Float64Array(METATOKENS + PROFILE.symbols.length);
  for (const symbol of symbols) {
    vector[METATOKENS + PROFILE.symbols.indexOf(symbol)] = 1;
  }
  return encodeVector(vector);
}

function sampleOf(mailClass: Sample["class"], ...symbols: string[]): Sample {
  const features = encodeSample({
    version: 1,
    metatokens: new Array(METATOKENS).fill(0),
    symbols,
    values: symbols.map(() => 1),
  });
  return { class: mailClass, features, source: "hand" };
}

redisTest("whose dialect it is", () =>
  withRedis(4, async ({ redis }) => {
    const { redis_key: key } = PROFILE;
    const list = () => redis.ask("LPUSH", `${key}_ham`, "x");
    const set = () => redis.ask("SADD", `${key}_spam_set`, "x");
    const model = (...fields: string[]) =>
      redis.ask("HSET", key, ...fields.flatMap((name) => [name, "x"]));
    const own = (series: string) =>
      redis.ask(
        "HSET",
        `${series}_neurald_state`,
        `own:${PROFILE.digest}`,
        "1",
      );
    const v2 = () => register(redis, V2, PROFILE);
    const v3 = () => register(redis, V3, PROFILE);
    const cases: [
      expected: Dialect,
      current: Dialect | undefined,
      ...(() => Promise<unknown>)[],
    ][] = [
      [4, undefined],
      [2, 2],
      [3, 3],
      [4, undefined, v3],
      [4, 3, v3],
      // A profile alone.
      [3, undefined, v2],
      [3, 4, v2],
      [2, 2, v2],
      // Vectors, which say more than models.
      [2, undefined, v2, list],
      [2, 3, v2, list],
      [3, undefined, v2, set],
      [3, 2, v2, set],
      [3, undefined, v2, set, () => model("ann")],
      // Models.
      [2, undefined, v2, () => model("ann")],
      [3, 2, v2, () => model("ann", "roc_thresholds")],
      [3, undefined, v2, () => model("hostname")],
      // Both versions.
      [4, 3, v2, set, v3],
      [3, 4, v2, set, v3, () => own(V3)],
      [4, 4, v2, () => own(V2)],
      [4, undefined, v2, v3, () => own(V2)],
    ];
    for (const [i, [expected, current, ...writes]] of cases.entries()) {
      await redis.ask("FLUSHALL");
      for (const write of writes) await write();
      const found = await findDialect(redis, SHARING, current);
      assertEquals(found, expected, `case ${i}`);
    }
    const configured = { ...SHARING, dialect: 2 } as const;
    assertEquals(await findDialect(redis, configured, 4), 2);
  }));

redisTest(
  "what was used last decides whose lists or sets they are",
  () =>
    withRedis(4, async ({ redis }) => {
      const after = profileFor(["A", "B", "C"], 0);
      await register(redis, V2, PROFILE, 1000);
      await register(redis, V2, after, 2000);
      await redis.ask("LPUSH", `${PROFILE.redis_key}_ham`, "x");
      assertEquals(await findDialect(redis, SHARING), 2);
      await redis.ask("SADD", `${after.redis_key}_ham_set`, "x");
      assertEquals(await findDialect(redis, SHARING), 3);
    }),
);

redisTest(
  "up to rspamd 3.1 vectors are in lists, the newest first",
  () =>
    withRedis(2, async ({ store, redis }) => {
      await register(redis, V2, PROFILE);
      await store.tend(V2, { keep: 3, expireSeconds: HOUR_SECONDS });
      const { redis_key: key } = PROFILE;
      const stored = async (mailClass: string) =>
        (await redis.ask(
          "LRANGE",
          `${key}_${mailClass}`,
          "0",
          "-1",
        ) as Uint8Array[])
          .map((vector) => vector.toHex());
      const [a, b, ab] = [vectorOf("A"), vectorOf("B"), vectorOf("A", "B")]
        .map((vector) => vector.toHex());
      const add = (...samples: Sample[]) => store.addSamples(V2, samples, MANY);

      assertEquals(
        await add(sampleOf("spam", "A"), sampleOf("spam", "B")),
        ["added", "added"],
      );
      assertEquals(await stored("spam"), [b, a]);
      assertEquals(await add(sampleOf("spam", "B")), ["known"]);
      assertEquals(await stored("spam"), [b, a]);
      assertEquals(await add(sampleOf("ham", "A")), ["moved"]);
      assertEquals([await stored("spam"), await stored("ham")], [[b], [a]]);
      assertEquals((await store.counts(V2)).fresh, { spam: 1, ham: 1 });
      // The oldest make room.
      await add(sampleOf("spam", "A", "B"));
      await store.addSamples(V2, [sampleOf("spam")], 2);
      assertEquals(await stored("spam"), [vectorOf().toHex(), ab]);
      await store.addSamples(V2, [sampleOf("spam", "B")], 1);
      assertEquals(await stored("spam"), [b]);
      assertEquals(
        await redis.ask("EXISTS", `${key}_spam_set`, `${key}_ham_set`),
        0,
      );
    }),
);

redisTest(
  "a vector that scanners stored twice is taught once",
  () =>
    withRedis(2, async ({ store, redis }) => {
      await register(redis, V2, PROFILE);
      const name = `${PROFILE.redis_key}_spam`;
      const [a, b] = [vectorOf("A"), vectorOf("B")];
      await redis.ask("LPUSH", name, a, b, a, a);
      await redis.ask("LPUSH", `${PROFILE.redis_key}_ham`, a);
      const { isSpam } = await store.samples(V2);
      assertEquals([...isSpam].sort(), [0, 1, 1]);
      // No copy of what was learned is left to be learned again.
      assertEquals(await store.lock(V2, "me", HOUR_SECONDS), undefined);
      const settlement = { upTo: 0, retain: 10 };
      await store.recordTraining(V2, "me", "{}", settlement);
      assertEquals(await redis.ask("EXISTS", name), 0);
      assertEquals((await store.counts(V2)).retained.spam, 2);
    }),
);

redisTest("a model is published as rspamd 2 and 3 do it", async () => {
  for (const dialect of [2, 3] as const) {
    await withRedis(dialect, async ({ store, redis }) => {
      await register(redis, V2, PROFILE);
      const ending = dialect === 2 ? "" : "_set";
      const [push, key] = [dialect === 2 ? "LPUSH" : "SADD", PROFILE.redis_key];
      const vectors = (of: string) => `${of}_spam${ending}`;
      await redis.ask(push, vectors(key), vectorOf("A"));
      const after = profileFor(["A", "B"], 1);
      await redis.ask(push, vectors(after.redis_key), vectorOf("B"));
      await store.samples(V2);
      // What came since stays.
      await redis.ask(push, vectors(key), vectorOf("A", "B"));
      assertEquals(await store.lock(V2, "me", HOUR_SECONDS), undefined);
      const fields = {
        ann: Uint8Array.of(1),
        roc_thresholds: Uint8Array.of(2),
        training: Uint8Array.of(3),
      };
      assert(
        await store.publish(V2, "me", {
          ...publication(after.redis_key),
          profile: after,
          fields,
        }),
      );
      const keys = (await redis.ask("KEYS", "*") as Uint8Array[])
        .map((name) => new TextDecoder().decode(name))
        .filter((name) => !name.includes("neurald")).sort();
      assertEquals(
        keys,
        [V2, key, vectors(key), after.redis_key].sort(),
        `${dialect}`,
      );
      const fieldsOf = async (key: string) =>
        (await redis.ask("HKEYS", key) as Uint8Array[])
          .map((name) => new TextDecoder().decode(name)).sort();
      // As rspamd leaves it.
      assertEquals(await fieldsOf(key), ["hostname"]);
      assertEquals(
        await fieldsOf(after.redis_key),
        dialect === 2
          ? ["ann", "training"]
          : ["ann", "roc_thresholds", "training"],
      );
      const ttls = await Promise.all(
        keys.map((name) => redis.ask("TTL", name) as Promise<number>),
      );
      const expiring = keys.filter((_, i) => ttls[i] >= 0);
      assertEquals(expiring, [after.redis_key]);
    });
  }
});
