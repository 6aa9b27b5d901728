import { assertEquals, assertRejects } from "@std/assert";
import { profileDigest } from "../../../lib/model/profile.ts";
import { type ProfileRecord, StoreError } from "../../../lib/store/store.ts";
import { sample } from "../samples.ts";
import { redisTest } from "./redis_test_case.ts";
import { type Rig, withRedis } from "./rig.ts";

const SERIES = "rn3_default_3_default";

function profileOf(symbols: string[], version: number): ProfileRecord {
  const digest = profileDigest(symbols);
  const redis_key = `rn_default_default_${digest.slice(0, 8)}_${version}`;
  return { digest, symbols, version, redis_key };
}

/** What rspamd would do, with an overview before and after. */
async function changeBy(
  { store, redis }: Rig,
  ...command: string[]
): Promise<"state" | "nothing"> {
  const look = async () => {
    const [overview] = await store.overview([SERIES]);
    assertEquals(overview.counts, await store.counts(SERIES));
    return overview.state;
  };
  const before = await look();
  await redis.ask(...command);
  return await look() === before ? "nothing" : "state";
}

redisTest(
  "an overview tells what a live rspamd changes",
  () =>
    withRedis(4, async (rig) => {
      const [older, newest] = [profileOf(["A"], 1), profileOf(["A", "B"], 2)];
      const change = (...command: string[]) => changeBy(rig, ...command);
      const key = newest.redis_key;
      const json = JSON.stringify(newest);
      assertEquals(
        await change("ZADD", SERIES, "1000", JSON.stringify(older)),
        "state",
      );
      assertEquals(await change("ZADD", SERIES, "2000.5", json), "state");
      assertEquals(await change("ZADD", SERIES, "2000.75", json), "state");
      assertEquals(await change("HSET", key, "ann", "x"), "state");
      assertEquals(await change("HSET", key, "lock", "2000"), "nothing");
      assertEquals(
        await change("SADD", `${key}_spam_set`, "a", "b"),
        "nothing",
      );
      assertEquals(await change("SADD", `${key}_ham_set`, "c"), "nothing");
      const pending = "rn_default_default_pending_ham_set";
      await change("SADD", pending, "d");
      assertEquals(
        (await rig.store.counts(SERIES)).fresh,
        { spam: 2, ham: 2 },
      );
      const late = `${older.redis_key}_spam_set`;
      assertEquals(await change("SADD", late, "e"), "state");
      assertEquals(
        await change("HSET", older.redis_key, "lock", "2000"),
        "state",
      );
      assertEquals(await change("DEL", key), "state");
      assertEquals(await change("DEL", SERIES), "state");
    }),
);

redisTest(
  "many series are seen at once, used or not",
  () =>
    withRedis(4, async ({ store }) => {
      const names = Array.from({ length: 450 }, (_, i) => `series ${i}`);
      const used = names.filter((_, i) => i % 3 === 0);
      for (const name of used) {
        await store.addSamples(name, [sample("spam", name)], 10);
      }
      for (let round = 0; round < 2; round++) {
        const overviews = await store.overview(names);
        assertEquals(
          names.filter((_, i) => overviews[i].isUsed),
          used,
        );
        assertEquals(
          overviews.filter(({ counts }) => counts.fresh.spam === 1).length,
          used.length,
        );
      }
    }),
);

redisTest(
  "what is remembered of a series is forgotten with it",
  () =>
    withRedis(4, async ({ store, redis }) => {
      await store.addSamples(SERIES, [sample("ham", "a")], 10);
      const isUsed = async () => (await store.overview([SERIES]))[0].isUsed;
      assertEquals(await isUsed(), true);
      await redis.ask("FLUSHALL");
      assertEquals(await isUsed(), false);
      await redis.ask("SET", SERIES, "no profiles at all");
      await assertRejects(isUsed, StoreError, "WRONGTYPE");
    }),
);
