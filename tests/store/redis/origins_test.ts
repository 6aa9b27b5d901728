import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodeSample } from "../../../lib/features/sample.ts";
import { redisStore } from "../../../lib/store/redis/store.ts";
import { groupsOf } from "../conformance/support.ts";
import {
  anyStep,
  type Pool,
  referencePool,
  type Step,
  take,
} from "../pool_steps.ts";
import { publication, sample, samples } from "../samples.ts";
import {
  fitting,
  named,
  noted,
  PROFILE,
  SERIES,
  settle,
  SYMBOLS,
  tend,
  withProfile,
} from "./origins.ts";
import { redisTest } from "./redis_test_case.ts";
import { withRedis } from "./rig.ts";
import { profileFor, register, SHARING, V2, V3 } from "./rspamd_profiles.ts";

const MANY = 10_000;
/** Samples without an order: sets have none. */
async function contentsOf(store: Pool): Promise<string[]> {
  const { bytes, ends, isSpam, isFresh } = await store.samples(SERIES);
  return Array.from(ends, (end, i) => {
    const features = bytes.subarray(i === 0 ? 0 : ends[i - 1], end);
    const { symbols } = decodeSample(features);
    return `${symbols} ${isSpam[i]} ${isFresh[i]}`;
  }).sort();
}

/** Steps that come to the same whatever the order of samples is. */
const orderlessStep: fc.Arbitrary<Step> = anyStep.map((step) => {
  if ("samples" in step) {
    return { samples: step.samples.map(named), limit: MANY };
  }
  if ("retain" in step) {
    return { upTo: MANY, retain: step.retain % 2 === 0 ? 0 : MANY };
  }
  return { unreadable: MANY };
});

for (const dialect of [4, 2] as const) {
  redisTest(
    `vectors of dialect ${dialect} are the samples of messages, too`,
    () =>
      withProfile(dialect, async (store, redis) => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(orderlessStep, { minLength: 1, maxLength: 12 }),
            async (steps) => {
              await settle(store, 0);
              const expected = referencePool();
              for (const step of steps) {
                assertEquals(
                  await take(step, SERIES, store),
                  await take(step, SERIES, expected),
                );
                assertEquals(
                  await contentsOf(store),
                  await contentsOf(expected),
                );
              }
              assertEquals(
                await groupsOf(store, SERIES),
                await groupsOf(expected, SERIES),
              );
              const { ids } = await store.samples(SERIES);
              assertEquals((await noted(redis)).origins, ids.length);
            },
          ),
          { numRuns: 60 },
        );
        const set = dialect === 2 ? "_spam" : "_spam_set";
        await store.addSamples(SERIES, [fitting("spam", "x")], MANY);
        const key = `${PROFILE.redis_key}${set}`;
        assertEquals(await redis.ask("EXISTS", key), 1);
      }),
  );
}

redisTest(
  "a vector keeps its message and its origin in a later profile",
  () =>
    withProfile(4, async (store, redis) => {
      await store.addSamples(SERIES, [
        fitting("spam", "a", { source: "folder", message: "m" }),
        fitting("ham", "b", { source: "auto", message: "n" }),
      ], MANY);
      const later = profileFor([...SYMBOLS, "S_later"], 0);
      await register(redis, SERIES, later, Date.now() / 1000 + 10);
      await tend(store);
      assertEquals(await redis.ask("SCARD", `${later.redis_key}_spam_set`), 1);
      assertEquals(
        await redis.ask("EXISTS", `${PROFILE.redis_key}_ham_set`),
        0,
      );
      assertEquals(await groupsOf(store), [
        "1 fresh ham of auto",
        "1 fresh spam of folder",
      ]);
      assertEquals(await noted(redis), { origins: 2, messages: 2 });
      assertEquals(
        await store.addSamples(SERIES, [
          fitting("ham", "x", { source: "auto", message: "m" }),
          fitting("spam", "y", { source: "auto", message: "n" }),
        ], MANY),
        ["overruled", "moved"],
      );
      assertEquals(await contentsOf(store), ["S_a 1 1", "S_b 1 1"]);
    }),
);

redisTest(
  "a vector keeps its message when a model is carried over",
  () =>
    withProfile(4, async (store, redis) => {
      const one = fitting("spam", "a", { message: "m" });
      await store.addSamples(SERIES, [one], MANY);
      const next = profileFor(SYMBOLS, 1);
      const { fields } = publication("");
      assertEquals(
        await store.carryOver(SERIES, PROFILE.redis_key, next, fields),
        true,
      );
      const other = fitting("ham", "b", { message: "m" });
      assertEquals(await store.addSamples(SERIES, [other], MANY), ["moved"]);
      assertEquals(await contentsOf(store), ["S_a 0 1"]);
      assertEquals(await redis.ask("SCARD", `${next.redis_key}_ham_set`), 1);
      assertEquals(await noted(redis), { origins: 1, messages: 1 });
    }),
);

redisTest(
  "a vector that is retained keeps its message and its origin",
  () =>
    withProfile(4, async (store, redis) => {
      await store.addSamples(SERIES, [
        fitting("spam", "a", { source: "auto", message: "m" }),
        fitting("ham", "b", { message: "n" }),
      ], MANY);
      await settle(store, MANY);
      assertEquals(await groupsOf(store), [
        "1 retained ham of hand",
        "1 retained spam of auto",
      ]);
      assertEquals(await noted(redis), { origins: 2, messages: 2 });
      assertEquals(
        await store.addSamples(SERIES, [
          fitting("ham", "x", { message: "m" }),
          fitting("spam", "y", { source: "auto", message: "n" }),
        ], MANY),
        ["moved", "overruled"],
      );
      assertEquals(await contentsOf(store), ["S_a 0 1", "S_b 0 0"]);
    }),
);

redisTest(
  "what is corrected while it is trained is corrected",
  () =>
    withProfile(4, async (store, redis) => {
      const one = fitting("spam", "a", { message: "m" });
      await store.addSamples(SERIES, [one], MANY);
      await store.samples(SERIES);
      await store.lock(SERIES, "me", 3600);
      const other = fitting("ham", "b", { message: "m" });
      assertEquals(await store.addSamples(SERIES, [other], MANY), ["moved"]);
      await store.recordTraining(SERIES, "me", "{}", { upTo: 0, retain: MANY });
      assertEquals(await contentsOf(store), ["S_b 0 1"]);
      assertEquals(await noted(redis), { origins: 1, messages: 1 });
    }),
);

redisTest(
  "what scanners stored is rspamd's until somebody confirms it",
  () =>
    withProfile(4, async (store, redis) => {
      const set = `${PROFILE.redis_key}_spam_set`;
      await store.addSamples(SERIES, [
        fitting("spam", "a"),
        fitting("spam", "b"),
        fitting("spam", "cc"),
      ], MANY);
      // As if scanners had done it.
      await redis.ask("DEL", `${SERIES}_neurald_origins`);
      assertEquals(await groupsOf(store), ["3 fresh spam of rspamd"]);
      assertEquals(
        await store.addSamples(SERIES, [
          fitting("spam", "a", { message: "m" }),
          fitting("spam", "b", { source: "auto" }),
          fitting("ham", "cc", { source: "auto" }),
          fitting("ham", "a", { source: "auto" }),
        ], MANY),
        ["known", "known", "moved", "overruled"],
      );
      assertEquals(await groupsOf(store), [
        "1 fresh ham of auto",
        "1 fresh spam of hand",
        "1 fresh spam of rspamd",
      ]);
      assertEquals(await redis.ask("SCARD", set), 2);
      const [rspamd] = (await store.pool(SERIES))
        .filter(({ source }) => source === "rspamd");
      assertEquals(rspamd.oldest, undefined);
      await settle(store, MANY);
      assertEquals(await groupsOf(store), [
        "1 retained ham of auto",
        "1 retained spam of hand",
        "1 retained spam of rspamd",
      ]);
    }),
);

redisTest(
  "nothing is left of samples that rspamd has trained",
  () =>
    withProfile(4, async (store, redis) => {
      for (let round = 0; round < 5; round++) {
        for (const mailClass of ["spam", "ham"] as const) {
          await store.addSamples(
            SERIES,
            Array.from({ length: 700 }, (_, i) => {
              const message = `${mailClass} ${round} ${i}`;
              return named(sample(mailClass, mailClass[0], { message }), i);
            }),
            MANY,
          );
        }
        assertEquals((await store.counts(SERIES)).fresh, {
          spam: 700,
          ham: 700,
        });
        for (const end of ["_spam_set", "_ham_set"]) {
          await redis.ask("DEL", `${PROFILE.redis_key}${end}`);
        }
      }
      await tend(store);
      assertEquals(await noted(redis), { origins: 0, messages: 0 });
    }),
);

redisTest(
  "a pool that is used for long keeps nothing of what it dropped",
  () =>
    withRedis(4, async ({ store, redis }) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(anyStep, { minLength: 5, maxLength: 40 }),
          async (steps) => {
            for (const step of steps) {
              await take(step, SERIES, store);
              const { ids } = await store.samples(SERIES);
              assertEquals((await noted(redis)).origins, ids.length);
            }
          },
        ),
        { numRuns: 15 },
      );
      await settle(store, 0);
      assertEquals(await noted(redis), { origins: 0, messages: 0 });
    }),
);

redisTest(
  "an older version drops samples, and their messages follow",
  () =>
    withRedis(4, async ({ store, redis }) => {
      const one = sample("spam", "a", { message: "m" });
      await store.addSamples(SERIES, [one], MANY);
      for (const name of ["samples", "digests", "spam_fresh"]) {
        await redis.ask("DEL", `${SERIES}_neurald_${name}`);
      }
      const again = { ...one, class: "ham" as const };
      assertEquals(await store.addSamples(SERIES, [again], MANY), ["added"]);
      assertEquals(await noted(redis), { origins: 1, messages: 1 });
      for (const name of ["samples", "digests", "ham_fresh"]) {
        await redis.ask("DEL", `${SERIES}_neurald_${name}`);
      }
      await tend(store);
      assertEquals(await noted(redis), { origins: 0, messages: 0 });
    }),
);

redisTest(
  "what is there of an older version is of unknown origin",
  () =>
    withRedis(4, async ({ store, redis }) => {
      await store.addSamples(SERIES, samples("spam", "a b"), MANY);
      await redis.ask("DEL", `${SERIES}_neurald_origins`);
      const automatic = sample("ham", "a", { source: "auto" });
      assertEquals(await store.addSamples(SERIES, [automatic], MANY), [
        "moved",
      ]);
      assertEquals(await groupsOf(store), [
        "1 fresh ham of auto",
        "1 fresh spam of unknown",
      ]);
    }),
);

redisTest(
  "origins come along where rspamd becomes another one",
  () =>
    withRedis(4, async ({ store: before, redis }) => {
      const store = redisStore(redis, 4, SHARING);
      await before.addSamples(V3, [
        sample("spam", "a", { source: "auto", message: "m" }),
        sample("ham", "b", { message: "n" }),
      ], MANY);
      await before.addSamples(V2, [sample("ham", "c", { message: "m" })], MANY);
      await register(redis, V2, profileFor(["A", "B"], 0));
      assertEquals(await store.followRspamd!(), true);
      // What is there of a message stays.
      assertEquals(await groupsOf(store, V2), ["2 fresh ham of hand"]);
      assertEquals(await noted(redis, V2), { origins: 2, messages: 2 });
      assertEquals(await noted(redis, V3), { origins: 0, messages: 0 });
      const other = sample("spam", "d", { message: "n" });
      assertEquals(await store.addSamples(V2, [other], MANY), ["moved"]);
    }),
);
