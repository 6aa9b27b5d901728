import { assert, assertEquals } from "@std/assert";
import { featuresOf } from "../../../lib/features/features.ts";
import { Layout } from "../../../lib/features/layout.ts";
import { decodeSample, encodeSample } from "../../../lib/features/sample.ts";
import { parseScan } from "../../../lib/features/scan.ts";
import { encodeVector } from "../../../lib/store/redis/vector.ts";
import type {
  ProfileRecord,
  Sample,
  Store,
  StoredSamples,
} from "../../../lib/store/store.ts";
import { publication } from "../samples.ts";
import { redisTest } from "./redis_test_case.ts";
import { withRedis } from "./rig.ts";
import { profileFor, register } from "./rspamd_profiles.ts";

const NONE: ReadonlySet<string> = new Set();
const MANY = 10_000;
const HOUR_SECONDS = 3600;
const V4 = "rn3_default_3_default";
const METATOKENS = 46;

function vectorOf(profile: ProfileRecord, ...symbols: string[]): Uint8Array {
  const vector = new Float64Array(METATOKENS + profile.symbols.length);
  for (const symbol of symbols) {
    vector[METATOKENS + profile.symbols.indexOf(symbol)] = 1;
  }
  return encodeVector(vector);
}

function sampleOf(mailClass: Sample["class"], ...symbols: string[]): Sample {
  const features = encodeSample({
    version: 3,
    metatokens: new Array(METATOKENS).fill(0),
    symbols,
    values: symbols.map(() => 1),
  });
  return { class: mailClass, features, source: "hand" };
}

/** The symbols of samples, and their classes. */
function symbolsIn({ bytes, ends, isSpam }: StoredSamples): string[] {
  return Array.from(ends, (end, i) => {
    const begin = i === 0 ? 0 : ends[i - 1];
    const { symbols } = decodeSample(bytes.subarray(begin, end));
    return `${isSpam[i] ? "spam" : "ham"} ${symbols.join("+")}`;
  }).sort();
}

/** Trains nothing, and publishes that. */
async function publishFrom(
  store: Store,
  profile: ProfileRecord,
  retain: number,
): Promise<void> {
  const { ids } = await store.samples(V4);
  assertEquals(await store.lock(V4, "me", HOUR_SECONDS), undefined);
  assert(
    await store.publish(V4, "me", {
      ...publication(profile.redis_key),
      profile,
      settlement: { upTo: ids.at(-1) ?? 0, retain },
    }),
  );
}

redisTest(
  "a scan becomes the vector that rspamd stored for it",
  () =>
    withRedis(3, async ({ store, redis }) => {
      const folder = new URL("../../fixtures/rspamd-3.4/", import.meta.url);
      const profiles: Record<string, string[]> = JSON.parse(
        await Deno.readTextFile(new URL("profiles.json", folder)),
      );
      const series = "rn2_default_1_default";
      const lines = await Deno.readTextFile(new URL("scans.jsonl", folder));
      const scans = lines.trim().split("\n").map((line) => JSON.parse(line));
      const [digest] = Object.keys(profiles);
      const profile = { ...profileFor(profiles[digest], 0), digest };
      await redis.ask("ZADD", series, "1", JSON.stringify(profile));
      const { redis_key } = profile;
      // The profile is found in the background.
      await store.tend(series, { keep: 3, expireSeconds: HOUR_SECONDS });
      const layout = new Layout(1, profile.symbols);
      for (const json of scans.slice(0, 20)) {
        const features = featuresOf(parseScan(json), 1, NONE);
        const known = new Set(profile.symbols);
        const whole = {
          ...features,
          symbols: features.symbols.filter((name) => known.has(name)),
          values: features.values.filter((_, i) =>
            known.has(features.symbols[i])
          ),
        };
        const sample = {
          class: "spam",
          source: "hand",
          features: encodeSample(whole),
        } as const;
        const [outcome] = await store.addSamples(series, [sample], MANY);
        const vector = encodeVector(layout.wholeVectorOf(whole));
        const isThere = await redis.ask(
          "SISMEMBER",
          `${redis_key}_spam_set`,
          vector,
        );
        assertEquals([outcome === "moved", isThere], [false, 1]);
        assertEquals(await store.addSamples(series, [sample], MANY), ["known"]);
        assertEquals(
          await store.addSamples(series, [{ ...sample, class: "ham" }], MANY),
          ["moved"],
        );
        await store.addSamples(series, [sample], MANY);
      }
      const stored = await store.samples(series);
      assert(stored.ids.length > 10);
      assert(stored.isSpam.every((isSpam) => isSpam === 1));
    }),
);

redisTest(
  "a sample is stored as a scanner would store it, or else by name",
  () =>
    withRedis(4, async ({ store, redis }) => {
      const profile = profileFor(["A", "B"], 0);
      await register(redis, V4, profile);
      await store.tend(V4, { keep: 3, expireSeconds: HOUR_SECONDS });
      const old = encodeSample({
        version: 1,
        metatokens: [],
        symbols: ["OLD"],
        values: [1],
      });
      await store.addSamples(V4, [
        sampleOf("spam", "A", "A_COMPOSITE"),
        sampleOf("ham", "B"),
        { class: "spam", source: "hand", features: old },
      ], MANY);
      const { redis_key } = profile;
      assertEquals(await redis.ask("SCARD", `${redis_key}_spam_set`), 1);
      assertEquals(await redis.ask("SCARD", `${redis_key}_ham_set`), 1);
      assertEquals((await store.counts(V4)).fresh, { spam: 2, ham: 1 });
      assertEquals(symbolsIn(await store.samples(V4)), [
        "ham B",
        "spam A",
        "spam OLD",
      ]);
    }),
);

redisTest(
  "while rspamd trains, nothing is put among its vectors",
  () =>
    withRedis(4, async ({ store, redis }) => {
      const profile = profileFor(["A"], 0);
      await register(redis, V4, profile);
      await store.tend(V4, { keep: 3, expireSeconds: HOUR_SECONDS });
      const now = Math.floor(Date.now() / 1000);
      const { redis_key } = profile;
      await redis.ask("HSET", redis_key, "lock", `${now}`, "hostname", "mx1");
      await store.addSamples(V4, [sampleOf("spam", "A")], MANY);
      assertEquals(await redis.ask("EXISTS", `${redis_key}_spam_set`), 0);
      assertEquals((await store.counts(V4)).fresh, { spam: 1, ham: 0 });
      const held = await store.lock(V4, "me", HOUR_SECONDS);
      assertEquals(held, { holder: "mx1", at: now });
      // Its host died, or its clock was set back.
      for (const lock of [now - 2 * HOUR_SECONDS, now + HOUR_SECONDS]) {
        await redis.ask(
          "HSET",
          redis_key,
          "lock",
          `${lock}`,
          "hostname",
          "mx1",
        );
        assertEquals(await store.lock(V4, "me", HOUR_SECONDS), undefined);
        await store.unlock(V4, "me");
        assertEquals(await redis.ask("HGET", redis_key, "lock"), null);
      }
    }),
);

redisTest(
  "rspamd sees who trains",
  () =>
    withRedis(4, async ({ store, redis }) => {
      const profile = profileFor(["A"], 0);
      await register(redis, V4, profile);
      assertEquals(await store.lock(V4, "me", HOUR_SECONDS), undefined);
      const text = async (field: string) =>
        new TextDecoder().decode(
          await redis.ask("HGET", profile.redis_key, field) as Uint8Array,
        );
      assertEquals(await text("hostname"), "me");
      assert(/^\d+$/.test(await text("lock")));
      assertEquals(await store.extendLock(V4, "me"), true);
      // rspamd took it, for it seemed to have expired.
      await redis.ask("HSET", profile.redis_key, "hostname", "mx1");
      await store.unlock(V4, "me");
      assertEquals(await text("hostname"), "mx1");
    }),
);

redisTest(
  "a model is published as rspamd 4 does it",
  () =>
    withRedis(4, async ({ store, redis }) => {
      const before = profileFor(["A", "B"], 0);
      await register(redis, V4, before);
      await redis.ask(
        "SADD",
        `${before.redis_key}_spam_set`,
        vectorOf(before, "A"),
      );
      await redis.ask(
        "SADD",
        `${before.redis_key}_ham_set`,
        vectorOf(before, "B"),
      );
      const after = profileFor(["A", "B"], 1);
      await publishFrom(store, after, 10);
      const keys = await redis.ask("KEYS", "*") as Uint8Array[];
      const names = keys.map((key) => new TextDecoder().decode(key))
        .filter((name) => !name.includes("neurald")).sort();
      assertEquals(names, [V4, before.redis_key, after.redis_key].sort());
      assertEquals(await redis.ask("HEXISTS", before.redis_key, "obsolete"), 1);
      for (const key of [V4, after.redis_key]) {
        const ttl = await redis.ask("TTL", key) as number;
        assert(ttl > 3500 && ttl <= 3600, key);
      }
      // What was learned is retained by name, and rspamd starts anew.
      assertEquals(await store.counts(V4), {
        fresh: { spam: 0, ham: 0 },
        retained: { spam: 1, ham: 1 },
        quarantined: 0,
      });
      assertEquals(symbolsIn(await store.samples(V4)), ["ham B", "spam A"]);
    }),
);

redisTest(
  "the models that were used last are kept from expiring, and no others",
  () =>
    withRedis(4, async ({ store, redis }) => {
      const profiles = [1, 2, 3, 4].map((n) => profileFor(["A"], n));
      for (const profile of profiles) {
        await publishFrom(store, profile, 0);
        await redis.ask("EXPIRE", profile.redis_key, "60");
      }
      await register(redis, V4, profileFor(["A", "B"], 0));
      const serving = profiles[0].redis_key;
      await store.tend(V4, { serving, keep: 2, expireSeconds: HOUR_SECONDS });
      const ttls = await Promise.all(
        profiles.map(({ redis_key }) => redis.ask("TTL", redis_key)),
      ) as number[];
      assertEquals(ttls.map((ttl) => ttl > 60), [true, false, true, true]);
    }),
);

redisTest(
  "all that scanners have stored so far is taken in, whatever it is for",
  () =>
    withRedis(4, async ({ store, redis }) => {
      const profile = profileFor(["A", "B"], 1);
      await register(redis, V4, profile);
      const name = `${profile.redis_key}_spam_set`;
      await redis.ask("SADD", name, vectorOf(profile, "A"));
      const newest = await store.takeIn(V4);
      const { ids, isFresh } = await store.samples(V4);
      assertEquals([[...ids], [...isFresh]], [[newest], [1]]);
      assertEquals(await redis.ask("EXISTS", name), 0);
      // What comes later is not among these.
      await redis.ask("SADD", name, vectorOf(profile, "B"));
      assert((await store.samples(V4)).ids[0] < 0);
      assert(await store.takeIn(V4) > newest);
    }),
);

redisTest(
  "vectors of an old profile are taken in by name",
  () =>
    withRedis(4, async ({ store, redis }) => {
      const old = profileFor(["A", "B", "GONE"], 4);
      await register(redis, V4, old, 1000);
      const spam = `${old.redis_key}_spam_set`;
      await redis.ask(
        "SADD",
        spam,
        vectorOf(old, "A"),
        vectorOf(old, "A", "GONE"),
      );
      await redis.ask("SADD", `${old.redis_key}_ham_set`, vectorOf(old, "B"));
      const current = profileFor(["A", "B", "NEW"], 0);
      await register(redis, V4, current, 2000);
      await store.tend(V4, { keep: 3, expireSeconds: HOUR_SECONDS });
      assertEquals(await redis.ask("EXISTS", spam), 0);
      const { redis_key } = current;
      // What was gone of one made it the same as the other.
      assertEquals(await redis.ask("SCARD", `${redis_key}_spam_set`), 1);
      assertEquals(await redis.ask("SCARD", `${redis_key}_ham_set`), 1);
      assertEquals(symbolsIn(await store.samples(V4)), ["ham B", "spam A"]);
    }),
);

redisTest(
  "wrong vectors are set aside, counted, and in nobody's way",
  () =>
    withRedis(4, async ({ store, redis }) => {
      const profile = profileFor(["A", "B"], 0);
      await register(redis, V4, profile);
      const name = `${profile.redis_key}_spam_set`;
      const wrong = [
        encodeVector(new Float64Array(METATOKENS)),
        new TextEncoder().encode("no zstd at all"),
        encodeVector(new Float64Array(1000)),
        new Uint8Array(),
      ];
      await redis.ask("SADD", name, vectorOf(profile, "A"), ...wrong);
      assertEquals(symbolsIn(await store.samples(V4)), ["spam A"]);
      assertEquals(await store.counts(V4), {
        fresh: { spam: 1, ham: 0 },
        retained: { spam: 0, ham: 0 },
        quarantined: wrong.length,
      });
      const [entry] = await redis.ask(
        "LRANGE",
        `${V4}_neurald_quarantine`,
        "0",
        "-1",
      ) as Uint8Array[];
      const [at, mailClass, reason] = new TextDecoder().decode(entry).split(
        "\n",
      );
      assert(Math.abs(Number(at) - Date.now() / 1000) < 60);
      assertEquals(mailClass, "spam");
      assert(reason.length > 10, reason);
    }),
);

redisTest(
  "what people taught rspamd 4 by hand is learned",
  () =>
    withRedis(4, async ({ store, redis }) => {
      const profile = profileFor(["A", "B"], 2);
      await register(redis, V4, profile);
      const pending = "rn_default_default_pending_ham_set";
      await redis.ask("SADD", pending, vectorOf(profile, "B"));
      assertEquals((await store.counts(V4)).fresh, { spam: 0, ham: 1 });
      assertEquals(symbolsIn(await store.samples(V4)), ["ham B"]);
      await publishFrom(store, profileFor(["A", "B"], 3), 0);
      assertEquals(await redis.ask("EXISTS", pending), 0);
    }),
);

redisTest(
  "a profile that still gathers vectors is not dropped for its age",
  () =>
    withRedis(4, async ({ store, redis }) => {
      const profile = profileFor(["A"], 0);
      await register(redis, V4, profile, 1000);
      const name = `${profile.redis_key}_spam_set`;
      await redis.ask("SADD", name, vectorOf(profile, "A"));
      const old = { keep: 3, unusedSeconds: 3600 };
      assertEquals(await store.prune(V4, old), []);
      await redis.ask("DEL", name);
      assertEquals((await store.prune(V4, old)).length, 1);
    }),
);

redisTest(
  "a model is added after a profile that has none, and its vectors move",
  () =>
    withRedis(4, async ({ store, redis }) => {
      const profile = profileFor(["A"], 0);
      const { redis_key } = profile;
      const later = profileFor(["A"], 1);
      const carry = (after: string, added: ProfileRecord, ann: number) =>
        store.carryOver(V4, after, added, { ann: Uint8Array.of(ann) });
      assertEquals(await carry(redis_key, later, 1), false);
      await register(redis, V4, profile);
      await redis.ask("SADD", `${redis_key}_ham_set`, vectorOf(profile, "A"));
      await redis.ask("HSET", redis_key, "lock", "1");
      assertEquals(await carry(redis_key, later, 1), false);
      await redis.ask("HDEL", redis_key, "lock");
      assertEquals(await carry(redis_key, later, 1), true);
      assertEquals(await redis.ask("EXISTS", `${redis_key}_ham_set`), 0);
      assertEquals(symbolsIn(await store.samples(V4)), ["ham A"]);
      const profiles = await store.profiles(V4);
      assertEquals(profiles.map(({ profile }) => profile), [later, profile]);
      assert(profiles.every(({ isAdopted }) => isAdopted));
      assertEquals(await carry(redis_key, later, 2), false);
      const next = profileFor(["A"], 2);
      assertEquals(await carry(later.redis_key, next, 2), false);
      const fields = { ann: Uint8Array.of(1) };
      assertEquals(await store.model(V4, later.redis_key), fields);
    }),
);
