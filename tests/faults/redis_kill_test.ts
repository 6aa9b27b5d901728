import { assert, assertEquals } from "@std/assert";
import { Random } from "../../lib/nn/random.ts";
import { inFolder } from "../cli/neurald.ts";
import { BUSY, Load } from "../daemon/load.ts";
import { DaemonProcess } from "../daemon/process.ts";
import { pause } from "../daemon/until.ts";
import { redisTest } from "../store/redis/redis_test_case.ts";
import { RedisServer } from "../store/redis/server.ts";
import { numbersAt } from "./numbers.ts";

/** The rest of the kills is those of `tests/daemon/kill_test.ts`. */
const KILLS = Math.ceil(Number(Deno.env.get("NEURALD_KILLS") ?? 100) / 5);
const MOST_LOAD_MS = 1000;

redisTest(
  `${KILLS} kills of a daemon, or of its Redis, lose nothing`,
  () =>
    inFolder(async (folder) => {
      await using redis = await RedisServer.start();
      const config = `${folder}/neural.conf`;
      await Deno.writeTextFile(config, BUSY);
      const random = new Random(7);
      const acknowledged = new Set<number>();
      let next = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        await using daemon = await DaemonProcess.start({
          store: redis.url,
          config,
        });
        const load = new Load(daemon.url, next);
        await pause(MOST_LOAD_MS * random.uniform());
        if (random.uniform() < 0.3) {
          await redis.stop("SIGKILL");
          await redis.startAgain();
        }
        await daemon.end("SIGKILL");
        await load.stop();
        next = load.next;
        for (const number of load.acknowledged) acknowledged.add(number);
        const lost = acknowledged.difference(await numbersAt(redis.url));
        assertEquals([...lost], [], `after kill ${kill}`);
      }
      assert(acknowledged.size > KILLS, `${acknowledged.size} samples`);
    }),
);
