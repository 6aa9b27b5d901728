import { assert, assertEquals } from "@std/assert";
import { Connection } from "../../lib/store/redis/connection.ts";
import { mail } from "../engine/mail.ts";
import { redisTest } from "../store/redis/redis_test_case.ts";
import { RedisServer } from "../store/redis/server.ts";
import { Host } from "./host.ts";
import { pause } from "./until.ts";

const RULES = 30;
const INTERVAL_MS = 200;

/** How many commands Redis was sent; those of scripts do not count. */
async function countCommands(redis: Connection): Promise<number> {
  const info = new TextDecoder().decode(
    await redis.ask("INFO", "commandstats") as Uint8Array,
  );
  return ["evalsha", "smembers"]
    .map((name) => Number(info.match(`cmdstat_${name}:calls=(\\d+)`)?.[1] ?? 0))
    .reduce((sum, calls) => sum + calls, 0);
}

redisTest("when nothing happens, all rules ask in one request", async () => {
  await using server = await RedisServer.start();
  const redis = await Connection.open(server.url);
  try {
    const rules = Array.from(
      { length: RULES },
      (_, i) =>
        `R${i} { watch_interval = ${INTERVAL_MS}ms;
         symbol_spam = S${i}; symbol_ham = H${i}; }`,
    );
    await using host = await Host.start(
      `rules { ${rules.join("\n")} } neurald { rspamd_version = 4; }`,
      { store: server.url },
    );
    await host.post("/v1/learn", { ...mail("spam", 1), class: "spam" });
    await pause(5 * INTERVAL_MS);
    const before = await countCommands(redis);
    const begin = performance.now();
    await pause(10 * INTERVAL_MS);
    const asked = await countCommands(redis) - before;
    const rounds = (performance.now() - begin) / INTERVAL_MS;
    // One overview, and the list of series.
    assert(asked <= 2 * (rounds + 1), `${asked} in ${rounds} rounds`);
    assert(asked >= 2, `${asked}`);
    assertEquals(host.logged("error"), []);
  } finally {
    await redis.close();
  }
});
