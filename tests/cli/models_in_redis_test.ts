import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Host } from "../daemon/host.ts";
import { until } from "../daemon/until.ts";
import { mails } from "../engine/mail.ts";
import { redisTest } from "../store/redis/redis_test_case.ts";
import { RedisServer } from "../store/redis/server.ts";
import { neurald } from "./neurald.ts";

redisTest(
  "models in a Redis that is in use are changed without a daemon",
  async () => {
    await using server = await RedisServer.start();
    const config = "watch_interval = 100ms; train { frozen = true; }";
    await using host = await Host.start(config, { store: server.url });
    for (const from of [0, 100]) {
      await host.postLines("/v1/learn", mails(40, from));
      assert((await host.post("/v1/train", "")).json.trained);
    }
    const models = (...args: string[]) =>
      neurald(["models", ...args, "--store", server.url]);
    const list = await models("list");
    assertEquals([list.code, list.stderr], [0, ""]);
    assertStringIncludes(list.stdout, "default:default:2  in service");

    const back = await models("rollback");
    assertEquals([back.code, back.stderr], [0, ""]);
    await until("the daemon follows", async () => {
      const { model } = await host.network();
      return model?.version === 3 && model.origin.kind === "rollback";
    });

    // While the daemon trains, it is not interfered with.
    await host.restart(
      "watch_interval = 1h; train { max_iterations = 1000000; }",
    );
    await host.postLines("/v1/learn", mails(100, 300));
    const training = host.post("/v1/train", "");
    await until(
      "it trains",
      async () => (await host.network()).progress?.epoch,
    );
    for (const args of [["rollback", "2"], ["delete", "1"]]) {
      const { code, stdout, stderr } = await models(...args);
      assertEquals([code, stdout], [1, ""]);
      assertStringIncludes(stderr, "holds the training lock since");
    }
    assertEquals((await models("list")).code, 0);
    await host.stop();
    await training;
  },
);
