import { assert, assertEquals } from "@std/assert";
import { slotOf } from "../../../../lib/store/redis/cluster/slots.ts";
import { CLUSTER_KEYS } from "../../../../lib/store/redis/keys.ts";
import { list, text } from "../../../../lib/store/redis/replies.ts";
import type { Store } from "../../../../lib/store/store.ts";
import { openStore } from "../../../../lib/store/open.ts";
import { pause } from "../../../daemon/until.ts";
import { publication, sample, samples } from "../../samples.ts";
import { redisTest } from "../redis_test_case.ts";
import { type ClusterNode, RedisCluster } from "./redis_cluster.ts";

const SERIES = "rn3_default_3_default";
const [PROFILES] = CLUSTER_KEYS.of(SERIES);
const SLOT = String(slotOf(PROFILES));

/** The slot of the series on its way to another master. */
class Move {
  readonly #cluster: RedisCluster;
  readonly #from: ClusterNode;
  readonly #to: ClusterNode;

  private constructor(
    cluster: RedisCluster,
    from: ClusterNode,
    to: ClusterNode,
  ) {
    this.#cluster = cluster;
    this.#from = from;
    this.#to = to;
  }

  static async begin(cluster: RedisCluster): Promise<Move> {
    const from = await cluster.ownerOf(PROFILES);
    const to = cluster.masters.find((node) => node !== from)!;
    await to.ask("CLUSTER", "SETSLOT", SLOT, "IMPORTING", await from.id());
    await from.ask("CLUSTER", "SETSLOT", SLOT, "MIGRATING", await to.id());
    return new Move(cluster, from, to);
  }

  async keys(...keys: string[]): Promise<void> {
    const { port } = this.#to.server;
    const target = ["127.0.0.1", String(port), "", "0", "5000"];
    await this.#from.ask("MIGRATE", ...target, "KEYS", ...keys);
  }

  async end(): Promise<void> {
    const left = await this.#from.ask("CLUSTER", "GETKEYSINSLOT", SLOT, "100");
    await this.keys(...list(left).map(text));
    const id = await this.#to.id();
    const others = this.#cluster.masters.filter((node) => node !== this.#to);
    for (const node of [this.#to, ...others]) {
      await node.ask("CLUSTER", "SETSLOT", SLOT, "NODE", id);
    }
    assertEquals(await this.#cluster.ownerOf(PROFILES), this.#to);
  }
}

async function withCluster(
  run: (cluster: RedisCluster, store: Store) => Promise<void>,
): Promise<void> {
  await using cluster = await RedisCluster.start();
  const store = await openStore(cluster.url, { timeoutSeconds: 10 });
  try {
    await run(cluster, store);
  } finally {
    await store.close();
  }
}

redisTest(
  "a slot may move while its series is learned",
  () =>
    withCluster(async (cluster, store) => {
      let isDone = false;
      let learned = 0;
      const learner = async (name: number) => {
        for (let i = 0; !isDone; i++) {
          const one = sample(i % 2 ? "spam" : "ham", `${name} ${i}`);
          assertEquals(await store.addSamples(SERIES, [one], 1e6), ["added"]);
          learned++;
        }
      };
      const learners = Promise.all([1, 2, 3, 4].map(learner));
      const moves = async () => {
        for (let moves = 0; moves < 3; moves++) {
          await pause(100);
          const move = await Move.begin(cluster);
          await pause(50);
          await move.keys(...CLUSTER_KEYS.of(SERIES).slice(2, 4));
          await pause(50);
          await move.end();
        }
      };
      await Promise.all([learners, moves().finally(() => isDone = true)]);
      assert(learned > 100, `${learned}`);
      const { fresh } = await store.counts(SERIES);
      assertEquals(fresh.spam + fresh.ham, learned);
    }),
);

redisTest(
  "single keys are asked for where they have gone already",
  () =>
    withCluster(async (cluster, store) => {
      await store.recordTraining(SERIES, "me", "{}");
      const move = await Move.begin(cluster);
      await move.keys(CLUSTER_KEYS.trainings(SERIES));
      const [{ record }] = await store.trainings(SERIES, 10);
      assertEquals(record, "{}");
      await move.end();
      assertEquals((await store.trainings(SERIES, 10)).length, 1);
    }),
);

redisTest(
  "a script waits for keys on their way, and is done whole",
  () =>
    withCluster(async (cluster, store) => {
      // Each key that is there at any time.
      await store.addSamples(
        SERIES,
        [
          ...samples("spam", "a b"),
          ...samples("ham", "c"),
          sample("ham", "d", { message: "m" }),
        ],
        10,
      );
      const [first, ...ids] = (await store.samples(SERIES)).ids;
      await store.lock(SERIES, "me", 60);
      const settlement = { upTo: ids[1], retain: 10 };
      await store.publish(SERIES, "me", publication("old", { settlement }));
      await store.addSamples(
        SERIES,
        [...samples("spam", "e"), ...samples("ham", "f")],
        10,
      );
      await store.quarantine(SERIES, [{ id: first, reason: "unreadable" }]);
      await store.lock(SERIES, "me", 60);
      const there = await cluster.keys();
      for (const key of CLUSTER_KEYS.of(SERIES).slice(0, -1)) {
        assert(there.includes(key), key);
      }

      const move = await Move.begin(cluster);
      await move.keys(CLUSTER_KEYS.ofModel(SERIES, "old"));
      let isAnswered = false;
      const published = store.publish(SERIES, "me", publication("new"))
        .finally(() => isAnswered = true);
      await pause(200);
      assertEquals(isAnswered, false);
      await move.end();
      assertEquals(await published, true);
      const models = (await store.profiles(SERIES)).map(({ profile }) =>
        profile.redis_key
      );
      assertEquals(models, ["new", "old"]);
      assert(await store.model(SERIES, "old"));
      assert(await store.model(SERIES, "new"));
    }),
);
