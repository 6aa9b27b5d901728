import { Cluster } from "../../../../lib/store/redis/cluster/cluster.ts";
import { redisOptions } from "../../../../lib/store/redis/options.ts";
import { redisStore } from "../../../../lib/store/redis/store.ts";
import { conformanceTests } from "../../conformance.ts";
import { HAS_REDIS } from "../redis_test_case.ts";
import { RedisCluster } from "./redis_cluster.ts";

let cluster: Promise<RedisCluster> | undefined;
Deno.test.afterAll(async () => await (await cluster)?.[Symbol.asyncDispose]());

conformanceTests("Redis Cluster", async () => {
  const { url } = await (cluster ??= RedisCluster.start());
  await (await cluster).flush();
  const connection = await Cluster.open(
    redisOptions({ timeoutSeconds: 10 }, url),
  );
  return {
    store: redisStore(connection),
    cleanup: () => Promise.resolve(),
  };
}, !HAS_REDIS);
