import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { CLUSTER_KEYS } from "../../../../lib/store/redis/keys.ts";
import { REGISTRY } from "../../../../lib/store/redis/registry.ts";
import type { RedisSettings } from "../../../../lib/store/redis/options.ts";
import { openStore } from "../../../../lib/store/open.ts";
import { type Store, StoreError } from "../../../../lib/store/store.ts";
import { until } from "../../../daemon/until.ts";
import { samples, wordsOf } from "../../samples.ts";
import { redisTest } from "../redis_test_case.ts";
import { RedisServer } from "../server.ts";
import { type ClusterNode, RedisCluster } from "./redis_cluster.ts";

const LIMIT = 1e6;

/** A store that is closed with its scope. */
async function open(url: string | undefined, settings: RedisSettings = {}) {
  const store = await openStore(url, { timeoutSeconds: 5, ...settings });
  return Object.assign(store, {
    [Symbol.asyncDispose]: () => store.close(),
  });
}

async function refusal(work: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => work, StoreError)).message;
}

const learn = (store: Store, series: string, word: string) =>
  store.addSamples(series, samples("spam", word), LIMIT);

/** A series of each master, which has been learned. */
async function seriesOfEach(
  cluster: RedisCluster,
  store: Store,
): Promise<Map<ClusterNode, string>> {
  const found = new Map<ClusterNode, string>();
  for (let i = 0; found.size < cluster.masters.length; i++) {
    const series = `rn3_rule${i}_3_default`;
    const owner = await cluster.ownerOf(CLUSTER_KEYS.of(series)[0]);
    if (found.has(owner)) continue;
    found.set(owner, series);
    await learn(store, series, "a");
  }
  return found;
}

/** Whether learning works again. */
const isLearned = (store: Store, series: string, word: string) => () =>
  learn(store, series, word).then(() => true, () => false);

redisTest("a master that is away is missed by its series only", async () => {
  await using cluster = await RedisCluster.start();
  await using store = await open(cluster.url);
  const series = await seriesOfEach(cluster, store);
  // That of the registry, too.
  for (const master of cluster.masters) {
    const { port } = master.server;
    const lost = series.get(master)!;
    const others = [...series.values()].filter((one) => one !== lost);
    await master.server.stop("SIGKILL");
    const word = `${port}`;
    for (const one of others) {
      assertEquals(await learn(store, one, word), ["added"]);
    }
    const why = `${cluster.url}: 127.0.0.1:${port}: it refuses connections: ` +
      "is it running?";
    await until(
      "it is known to be away",
      async () => await refusal(learn(store, lost, word)) === why,
    );
    const begin = performance.now();
    assertEquals(await refusal(learn(store, lost, word)), why);
    assert(performance.now() - begin < 2000);
    assertEquals(await refusal(store.check()), why);
    assertEquals(await store.series(), [...series.values()].sort());
    const overviews = await store.overview(["unused", lost, ...others]);
    const failures = overviews.map(({ failure }) => failure?.message);
    assertEquals(failures.slice(1), [why, undefined, undefined]);
    assert(overviews.slice(2).every(({ isUsed }) => isUsed));
    // The others take it for dead now, and still answer for their own.
    const [witness] = cluster.masters.filter((one) => one !== master);
    await until(
      "it is failed",
      async () => (await witness.info()).includes("cluster_slots_fail:546"),
    );
    for (const one of others) {
      assertEquals(await learn(store, one, `${word}b`), ["added"]);
    }
    await master.server.startAgain();
    await until("it is back", isLearned(store, lost, `${word}c`));
    await until("all is well", () => store.check().then(() => true, () => {}));
    assert(wordsOf(await store.samples(lost)).startsWith("a"));
  }
  assertEquals(await store.series(), [...series.values()].sort());
  assert((await cluster.keys()).includes(REGISTRY));
});

redisTest("a master that hangs is given up in time", async () => {
  await using cluster = await RedisCluster.start();
  await using store = await open(cluster.url, { timeoutSeconds: 1 });
  const [[master, lost], [, other]] = await seriesOfEach(cluster, store);
  master.server.signal("SIGSTOP");
  const begin = performance.now();
  const messages = await Promise.all(
    ["b", "c"].map((word) => refusal(learn(store, lost, word))),
  );
  assert(performance.now() - begin < 2500);
  const { port } = master.server;
  for (const message of messages) {
    assertEquals(
      message,
      `${cluster.url}: 127.0.0.1:${port}: it did not answer within 1000 ms`,
    );
  }
  assertEquals(await learn(store, other, "b"), ["added"]);
  const later = performance.now();
  await refusal(learn(store, lost, "d"));
  assert(performance.now() - later < 500);
  master.server.signal("SIGCONT");
  await until("it is back", isLearned(store, lost, "e"));
});

redisTest("a replica takes the place of its master", async () => {
  await using cluster = await RedisCluster.start({ hasReplicas: true });
  await using store = await open(cluster.url);
  const series = await seriesOfEach(cluster, store);
  const [master] = cluster.masters;
  const lost = series.get(master)!;
  const [replica] = cluster.replicas;
  const offset = async (node: ClusterNode) =>
    /master_repl_offset:(\d+)/.exec(
      String(await node.ask("INFO", "replication")),
    )?.[1];
  await until(
    "it is copied",
    async () => await offset(master) === await offset(replica),
  );
  await master.server.stop("SIGKILL");
  await until("the replica has taken over", isLearned(store, lost, "b"));
  assertEquals(wordsOf(await store.samples(lost)), "a b");
  await store.check();

  // The former master comes back as a replica, and takes its turn again.
  await master.server.startAgain();
  await until(
    "it is a replica",
    async () =>
      String(await master.ask("INFO", "replication"))
        .includes("master_link_status:up"),
  );
  await learn(store, lost, "c");
  const isMaster = async () =>
    String(await master.ask("ROLE")).startsWith("master");
  await until("it is the master", async () => {
    // It is given up in 5 s where the others have voted a moment ago.
    await master.ask("CLUSTER", "FAILOVER").catch(() => {});
    return await until("it has failed over", isMaster, 6000).catch(() => false);
  });
  assertEquals(await learn(store, lost, "d"), ["added"]);
  assertEquals(wordsOf(await store.samples(lost)), "a b c d");
});

redisTest("any server of a cluster is enough to start with", async () => {
  await using cluster = await RedisCluster.start();
  const [first, , last] = cluster.masters.map(({ server }) => server.port);
  const url = `redis+cluster://127.0.0.1:1,127.0.0.1:${last}`;
  await using store = await open(url);
  assertEquals(store.url, url);
  await store.check();
  await using configured = await open(undefined, {
    servers: [`127.0.0.1:1,127.0.0.1:${first}`],
    cluster: true,
  });
  assertEquals(
    configured.url,
    `redis+cluster://127.0.0.1:1,127.0.0.1:${first}`,
  );
  const message = await refusal(
    open(`redis://127.0.0.1:${first}`)
      .then((store) => learn(store, "a", "b").finally(() => store.close())),
  );
  assertStringIncludes(message, "it is part of a Redis Cluster");
  assertStringIncludes(message, "redis+cluster://");
});

redisTest("what cannot be used is told, without secrets", async () => {
  await using cluster = await RedisCluster.start({ password: "hunter2" });
  await using alone = await RedisServer.start();
  const host = cluster.url.slice("redis+cluster://".length);
  await using store = await open(`redis+cluster://:hunter2@${host}`);
  await store.check();
  const dead = "127.0.0.1:1,127.0.0.1:2";
  const cases: [url: string, ...parts: string[]][] = [
    [`redis+cluster://:hunter3@${host}`, "(WRONGPASS)"],
    [`redis+cluster://${host}`, "(NOAUTH)"],
    [
      `redis+cluster://:hunter2@${dead}`,
      "127.0.0.1:1: it refuses connections",
      "127.0.0.1:2: it refuses connections",
    ],
    [
      `redis+cluster://127.0.0.1:${alone.port}`,
      "cluster support disabled",
    ],
  ];
  for (const [url, ...parts] of cases) {
    const message = await refusal(open(url));
    assert(message.startsWith("redis+cluster://127.0.0.1:"), message);
    for (const part of parts) assertStringIncludes(message, part);
    assert(!message.includes("hunter"), message);
  }
});

redisTest("slots that nobody has are told", async () => {
  await using server = await RedisServer.start(["--cluster-enabled", "yes"]);
  const url = `redis+cluster://127.0.0.1:${server.port}`;
  assertStringIncludes(
    await refusal(open(url)),
    "no server has some of the slots",
  );
});

redisTest("closing does not wait for a master that is away", async () => {
  await using cluster = await RedisCluster.start();
  const store = await open(cluster.url);
  await cluster.masters[1].server.stop("SIGKILL");
  const begin = performance.now();
  await store.close();
  assert(performance.now() - begin < 2000);
});
