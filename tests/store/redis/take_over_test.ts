import { assert, assertEquals } from "@std/assert";
import { Connection } from "../../../lib/store/redis/connection.ts";
import type { Sharing } from "../../../lib/store/redis/dialect.ts";
import { redisStore } from "../../../lib/store/redis/store.ts";
import type { ProfileRecord, Store } from "../../../lib/store/store.ts";
import { publication, readSamples, sample, wordsOf } from "../samples.ts";
import { redisTest } from "./redis_test_case.ts";
import { profileFor, register, SHARING, V2, V3 } from "./rspamd_profiles.ts";
import { RedisServer } from "./server.ts";

const HOUR_SECONDS = 3600;
const MANY = 10_000;

/** Publishes a model of neurald's, whose training retains all there is. */
async function publish(
  store: Store,
  series: string,
  profile: ProfileRecord,
): Promise<void> {
  const { ids } = await store.samples(series);
  assertEquals(await store.lock(series, "me", HOUR_SECONDS), undefined);
  assert(
    await store.publish(series, "me", {
      ...publication(profile.redis_key),
      profile,
      settlement: { upTo: ids.at(-1) ?? 0, retain: MANY },
    }),
  );
}

/** Versions of the models that are there, the most recently used first. */
async function versionsIn(store: Store, series: string): Promise<number[]> {
  const profiles = await store.profiles(series);
  return profiles.filter(({ hasModel }) => hasModel)
    .map(({ profile }) => profile.version);
}

interface Rig {
  store: Store;
  redis: Connection;
  /** Another host's, which looks for rspamd when it is told to. */
  other: Store;
}

/** Runs a test with two hosts, who begin with an empty Redis. */
async function withTwo(run: (rig: Rig) => Promise<void>): Promise<void> {
  await using server = await RedisServer.start();
  const redis = await Connection.open(server.url);
  const open = async () =>
    redisStore(await Connection.open(server.url), 4, SHARING);
  const [store, other] = [await open(), await open()];
  try {
    await run({ store, other, redis });
  } finally {
    await Promise.all([store.close(), other.close(), redis.close()]);
  }
}

redisTest(
  "beside rspamd 3, which comes later, neurald keeps what it has",
  () =>
    withTwo(async ({ store, other, redis }) => {
      // More than are taken over at a time.
      const words = Array.from({ length: 700 }, (_, i) => `word${i}`);
      await store.addSamples(
        V3,
        words.map((word) => sample("spam", word)),
        MANY,
      );
      await publish(store, V3, profileFor(["A"], 1));
      await publish(store, V3, profileFor(["A"], 2));
      await store.addSamples(V3, [sample("ham", "fresh")], MANY);
      await store.addSamples(V3, [sample("spam", "fresh")], MANY);
      await store.addSamples(V3, [sample("ham", "fresh")], MANY);
      const newest = await store.takeIn(V3);
      assertEquals(await store.followRspamd!(), false);

      const theirs = profileFor(["A", "B"], 0);
      await register(redis, V2, theirs);
      assertEquals(await store.followRspamd!(), true);
      assertEquals(store.pluginVersion, 2);
      assertEquals(await store.followRspamd!(), false);

      const stored = readSamples(await store.samples(V2));
      assertEquals(stored.length, 701);
      assertEquals(stored.filter(({ isFresh }) => isFresh), [
        { class: "ham", features: "fresh", isFresh: true },
      ]);
      assertEquals(stored.slice(0, 700).map(({ features }) => features), words);
      assertEquals(await versionsIn(store, V2), [2, 1]);
      const [first, second] = await store.profiles(V2);
      // rspamd goes by its own.
      assertEquals(first, { ...first, profile: theirs, isAdopted: true });
      assertEquals(second.isAdopted, false);
      // Models that were rolled back to tell new samples by their ids.
      assert((await store.samples(V2)).ids.at(-1)! <= newest);
      assertEquals(await store.takeIn(V2), newest);
      const trainings = await store.trainings(V2, 10);
      assertEquals(trainings.length, 2);
      assertEquals(await store.series(), [V2]);
      assertEquals(await redis.ask("KEYS", `${V3}*`), []);
      assertEquals(await redis.ask("SISMEMBER", "neurald_series", V3), 0);

      // Another host, which has not noticed yet.
      await other.addSamples(V3, [sample("spam", "late")], MANY);
      await other.addSamples(V3, [sample("spam", "word0")], MANY);
      await publish(other, V3, profileFor(["A"], 3));
      assertEquals(await other.followRspamd!(), true);
      assertEquals((await other.samples(V2)).ids.length, 702);
      assertEquals(await versionsIn(other, V2), [2, 1, 3]);
      assertEquals((await other.trainings(V2, 10)).length, 3);
      assertEquals(await store.series(), [V2]);
    }),
);

redisTest(
  "when rspamd 3 becomes 4, neurald's things come along",
  () =>
    withTwo(async ({ store, redis }) => {
      const before = profileFor(["A", "B"], 0);
      await register(redis, V2, before);
      await store.followRspamd!();
      await store.addSamples(V2, [sample("ham", "one")], MANY);
      await publish(store, V2, profileFor(["A", "B"], 1));
      await redis.ask("SADD", `${before.redis_key}_spam_set`, "x");
      await store.addSamples(V2, [sample("spam", "two")], MANY);

      // rspamd 4 has other metatokens.
      const sharing: Sharing = {
        ...SHARING,
        candidates: (version) =>
          [1, 3].map((number) => `rn${version}_default_${number}_default`),
      };
      const V4 = "rn3_default_3_default";
      await register(redis, V4, profileFor(["B", "C"], 0));
      const newer = redisStore(redis, 3, sharing);
      assertEquals(await newer.followRspamd!(), true);
      assertEquals(newer.pluginVersion, 3);
      assertEquals(wordsOf(await newer.samples(V3)), "one two");
      assertEquals(await versionsIn(newer, V3), [1]);
      // An rspamd 3 that is still there finds what is its own.
      assertEquals(await versionsIn(newer, V2), [1]);
      // What has been taken over stays as it is since.
      const profiles = await newer.profiles(V3);
      const published = profileFor(["A", "B"], 1);
      await redis.ask("ZADD", V2, "1", JSON.stringify(published));
      await store.addSamples(V2, [sample("spam", "three")], MANY);
      assertEquals(await newer.followRspamd!(), false);
      assertEquals(newer.pluginVersion, 3);
      assertEquals(await newer.profiles(V3), profiles);
      assertEquals(wordsOf(await newer.samples(V3)), "one two three");
    }),
);

redisTest(
  "what is configured is not looked for",
  () =>
    withTwo(async ({ store, redis }) => {
      await store.addSamples(V3, [sample("ham", "one")], MANY);
      await register(redis, V2, profileFor(["A"], 0));
      const configured = redisStore(redis, 4, { ...SHARING, dialect: 4 });
      assertEquals(await configured.followRspamd!(), false);
      assertEquals(wordsOf(await store.samples(V3)), "one");
    }),
);

redisTest(
  "who trains while the names change loses nothing",
  () =>
    withTwo(async ({ store, other, redis }) => {
      await store.addSamples(V3, [sample("ham", "one")], MANY);
      assertEquals(await other.lock(V3, "other", HOUR_SECONDS), undefined);
      await register(redis, V2, profileFor(["A", "B"], 0));
      await store.followRspamd!();
      assertEquals(wordsOf(await store.samples(V2)), "one");
      const profile = profileFor(["A"], 1);
      assert(
        await other.publish(V3, "other", {
          ...publication(profile.redis_key),
          profile,
        }),
      );
      await store.followRspamd!();
      assertEquals(await versionsIn(store, V2), [1]);
      assertEquals(await redis.ask("KEYS", `${V3}*`), []);
    }),
);
