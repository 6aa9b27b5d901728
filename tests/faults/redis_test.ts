import { assertEquals } from "@std/assert";
import { Connection } from "../../lib/store/redis/connection.ts";
import { Host } from "../daemon/host.ts";
import { redisTest } from "../store/redis/redis_test_case.ts";
import { RedisServer } from "../store/redis/server.ts";
import { Proxy } from "./proxy.ts";
import { REDIS_FAULTS } from "./redis_faults.ts";
import { Witness } from "./witness.ts";

const CONFIG = `
watch_interval = 100ms;
train { max_trains = 1000; }
redis { timeout = 1s; }
`;

redisTest(
  "scoring outlives every fault of Redis, and learning heals",
  async () => {
    await using server = await RedisServer.start([
      "--maxmemory-policy",
      "noeviction",
    ]);
    await using proxy = await Proxy.start(server.port);
    await using host = await Host.start(CONFIG, {
      store: `redis://127.0.0.1:${proxy.port}`,
    });
    const admin = await Connection.open(server.url);
    try {
      const witness = await Witness.of(host);
      for (const faultOf of Object.values(REDIS_FAULTS)) {
        await witness.endure(faultOf({ server, proxy, admin }));
        await witness.checkKept(server.url);
      }
    } finally {
      await admin.close();
    }
  },
);

redisTest(
  "a Redis that is only slow is used, and scores do not wait",
  async () => {
    await using server = await RedisServer.start();
    await using proxy = await Proxy.start(server.port);
    await using host = await Host.start(CONFIG, {
      store: `redis://127.0.0.1:${proxy.port}`,
    });
    const witness = await Witness.of(host);
    proxy.delayMs = 150;
    for (let i = 0; i < 5; i++) {
      const [{ status }] = await Promise.all([
        witness.learn(),
        witness.checkScoring(),
      ]);
      assertEquals(status, 200);
    }
    assertEquals((await host.ask("/readyz")).status, 200);
    proxy.delayMs = 0;
    await witness.checkKept(server.url);
  },
);
