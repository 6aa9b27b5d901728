import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { Connection } from "../../../lib/store/redis/connection.ts";
import { list, text } from "../../../lib/store/redis/replies.ts";
import { SCRIPTS } from "../../../lib/store/redis/scripts.ts";
import { redisStore } from "../../../lib/store/redis/store.ts";
import { redisTest } from "./redis_test_case.ts";
import { RedisServer } from "./server.ts";

const SERIES = "rn3_default_3_default";
const BASE = `neural_autolearn_${SERIES}_spam`;
const DAY_SECONDS = 86_400;

async function withRedis(
  run: (connection: Connection) => Promise<void>,
): Promise<void> {
  await using server = await RedisServer.start();
  const connection = await Connection.open(server.url);
  try {
    await run(connection);
  } finally {
    await connection.close();
  }
}

/** The day of a unix time in UTC, as keys are named after it. */
function dayOf(seconds: number): string {
  return new Date(1000 * seconds).toISOString().slice(0, 10)
    .replaceAll("-", "");
}

redisTest(
  "a day's count is named after the day, and is not kept",
  () =>
    withRedis(async (connection) => {
      const store = redisStore(connection);
      const before = Date.now() / 1000;
      const granted = await store.reserve(SERIES, {
        prefix: "neural_autolearn",
        class: "spam",
        wanted: 2,
        limit: 3,
      });
      assertEquals(granted, 2);
      const names = list(await connection.ask("KEYS", "*")).map(text);
      const days = [before, Date.now() / 1000].map(dayOf);
      assert(days.some((day) => names[0] === `${BASE}_${day}`), names[0]);
      assertEquals(names.length, 1);
      const seconds = await connection.ask("TTL", names[0]) as number;
      assert(seconds > DAY_SECONDS && seconds <= 2 * DAY_SECONDS);
    }),
);

/** The script as it would be run at another time. */
function reserveAt(seconds: number): string {
  const { text } = SCRIPTS.reserve;
  const changed = text.replace("redis.call('TIME')", `{ ${seconds}, 0 }`);
  assertNotEquals(changed, text);
  return changed;
}

redisTest(
  "each day of the calendar starts afresh",
  () =>
    withRedis(async (connection) => {
      const { keys } = connection;
      const all = keys.of(SERIES);
      const reserve = (seconds: number) =>
        connection.ask(
          "EVAL",
          reserveAt(seconds),
          String(all.length),
          ...all,
          BASE,
          "9",
          "5",
        );
      const last = Date.UTC(2399, 11, 31) / 1000 / DAY_SECONDS;
      await fc.assert(
        fc.asyncProperty(fc.nat(last), async (day) => {
          await connection.ask("FLUSHALL", "SYNC");
          const noon = (day + 0.5) * DAY_SECONDS;
          assertEquals(await reserve(day * DAY_SECONDS), 5);
          assertEquals(await reserve((day + 1) * DAY_SECONDS - 1), 0);
          assertEquals(await reserve((day + 1) * DAY_SECONDS), 5);
          assertEquals(
            list(await connection.ask("KEYS", "*")).map(text).sort(),
            [noon, noon + DAY_SECONDS].map((time) => `${BASE}_${dayOf(time)}`),
          );
        }),
        {
          numRuns: 60,
          examples: [["1972-02-28"], ["2000-02-29"], ["2100-02-28"], [
            "2026-12-31",
          ]].map(([date]) => [Date.parse(date) / 1000 / DAY_SECONDS]),
        },
      );
    }),
);
