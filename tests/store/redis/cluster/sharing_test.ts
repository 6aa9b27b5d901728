import { assert, assertEquals } from "@std/assert";
import { CLUSTER_KEYS } from "../../../../lib/store/redis/keys.ts";
import { openStore } from "../../../../lib/store/open.ts";
import { publication, sample } from "../../samples.ts";
import { redisTest } from "../redis_test_case.ts";
import { RedisCluster } from "./redis_cluster.ts";

const SERIES = "rn3_default_3_default";

redisTest("no rspamd is looked for in a cluster", async () => {
  await using cluster = await RedisCluster.start();
  for (const [dialect, version] of [[undefined, 3], [2, 2], [4, 3]] as const) {
    const none = () => {
      throw new Error("there is nothing to look for");
    };
    const store = await openStore(cluster.url, {}, {
      dialect,
      candidates: none,
      renamed: none,
    });
    assertEquals(store.pluginVersion, version);
    assertEquals(await store.followRspamd?.(), false);
    await store.close();
  }
});

redisTest("a model is carried over to keys of the same slot", async () => {
  await using cluster = await RedisCluster.start();
  const store = await openStore(cluster.url);
  try {
    const before = publication("rn_default_default_zzzzzzzz_1");
    await store.lock(SERIES, "me", 60);
    await store.publish(SERIES, "me", before);
    const key = before.profile.redis_key;
    const place = CLUSTER_KEYS.ofModel(SERIES, key);
    const node = await cluster.ownerOf(place);
    await node.ask("DEL", place);
    await node.ask("SADD", `${place}_spam_set`, "vector");
    const isSeen = async () => (await store.overview([SERIES]))[0].counts.fresh;
    assertEquals(await isSeen(), { spam: 1, ham: 0 });

    const redis_key = "rn_default_default_zzzzzzzz_2";
    const profile = { ...before.profile, version: 2, redis_key };
    const { fields } = before;
    assert(await store.carryOver(SERIES, key, profile, fields));
    assertEquals(await store.model(SERIES, redis_key), fields);
    const stored = await store.profiles(SERIES);
    assertEquals(stored[0].profile, profile);
    assertEquals(stored.map(({ hasModel }) => hasModel), [true, false]);
    assertEquals(await isSeen(), { spam: 1, ham: 0 });
    const after = CLUSTER_KEYS.ofModel(SERIES, redis_key);
    const keys = await cluster.keys();
    assert(keys.includes(after) && keys.includes(`${after}_spam_set`));
    assertEquals(await store.carryOver(SERIES, key, profile, fields), false);
  } finally {
    await store.close();
  }
});

redisTest("many series of all servers are seen at once", async () => {
  await using cluster = await RedisCluster.start();
  const store = await openStore(cluster.url);
  const names = Array.from({ length: 250 }, (_, i) => `series ${i}`);
  const used = names.filter((_, i) => i % 3 === 0);
  for (const name of used) {
    await store.addSamples(name, [sample("spam", name)], 10);
  }
  for (let round = 0; round < 2; round++) {
    const overviews = await store.overview(names);
    assertEquals(overviews.filter(({ failure }) => failure), []);
    assertEquals(names.filter((_, i) => overviews[i].isUsed), used);
  }
  await store.close();
});
