import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { sortedNames } from "../../lib/features/symbol_names.ts";
import { Connection } from "../../lib/store/redis/connection.ts";
import { mail, mails } from "../engine/mail.ts";
import { redisTest } from "../store/redis/redis_test_case.ts";
import { RedisServer } from "../store/redis/server.ts";
import { Host } from "./host.ts";
import { laterKey, register } from "./scanner.ts";
import { until } from "./until.ts";

const CONFIG = "watch_interval = 50ms; train { store_set_only = true; }";
const V2 = "rn2_default_3_default";
const V3 = "rn3_default_3_default";

const SYMBOLS = sortedNames(
  mails(40).flatMap(({ symbols }) => Object.keys(symbols as object)),
);

interface Rig {
  host: Host;
  redis: Connection;
  /** Does what an rspamd does that has no profile yet; gives its model's key. */
  register: (series: string, symbols: string[]) => Promise<string>;
}

async function withHost(
  run: (rig: Rig) => Promise<void>,
  config = CONFIG,
): Promise<void> {
  await using server = await RedisServer.start();
  const redis = await Connection.open(server.url);
  try {
    await using host = await Host.start(config, { store: server.url });
    await run({
      host,
      redis,
      register: (series, symbols) => register(redis, series, symbols),
    });
    assertEquals(host.logged("error"), []);
  } finally {
    await redis.close();
  }
}

/** How many samples neurald knows of. */
async function countSamples(host: Host): Promise<number> {
  const { fresh, retained } = (await host.network()).pool!;
  return fresh.spam + fresh.ham + retained.spam + retained.ham;
}

async function outputOf(host: Host): Promise<number> {
  const { json } = await host.post("/v1/score", mail("spam", 9999));
  assertEquals(json.results.length, 1, "there is no model");
  return json.results[0].output;
}

redisTest(
  "an rspamd 3 that comes later gets the model that there is",
  () =>
    withHost(async ({ host, redis, register }) => {
      await host.postLines("/v1/learn", mails(40));
      assert((await host.post("/v1/train", "")).json.trained);
      await host.postLines("/v1/learn", mails(20, 100));
      const [output, samples] = [
        await outputOf(host),
        await countSamples(host),
      ];
      const key = await register(V2, [...SYMBOLS, "ZZZ"]);
      await until("the model is carried over", async () => {
        // There is one at every moment.
        await outputOf(host);
        return (await host.network()).model?.symbols === SYMBOLS.length + 1;
      });
      const next = laterKey(key);
      assertEquals(await redis.ask("HEXISTS", next, "ann"), 1);
      assertEquals(await countSamples(host), samples);
      assertAlmostEquals(await outputOf(host), output, 1e-6);
      // What it learns now, scanners find.
      await host.post("/v1/learn", { ...mail("spam", 5000), class: "spam" });
      assertEquals(await redis.ask("SCARD", `${next}_spam_set`), 1);
      await host.restart();
      assertAlmostEquals(await outputOf(host), output, 1e-6);
      assertEquals(await countSamples(host), samples + 1);
      assertEquals(await redis.ask("KEYS", `${V3}*`), []);
    }),
);

redisTest(
  "when rspamd 3 becomes 4, neurald goes on with it",
  () =>
    withHost(async ({ host, redis, register }) => {
      await register(V2, SYMBOLS);
      await until(
        "rspamd is noticed",
        () =>
          host.logged("info").some((line) => line.includes("another rspamd")),
      );
      await host.postLines("/v1/learn", mails(40));
      assert((await host.post("/v1/train", "")).json.trained);
      const [output, samples] = [
        await outputOf(host),
        await countSamples(host),
      ];
      const key = await register(V3, [...SYMBOLS, "ZZZ"]);
      await until("the model is carried over", async () => {
        await outputOf(host);
        return await redis.ask("HEXISTS", laterKey(key), "ann") === 1;
      });
      await until(
        "the samples came along",
        async () => await countSamples(host) === samples,
      );
      assertAlmostEquals(await outputOf(host), output, 1e-6);
      assert((await host.post("/v1/train", "")).json.trained);
      assertEquals((await host.network()).model?.symbols, SYMBOLS.length + 1);
    }),
);

redisTest(
  "the symbols of a rule that is off teach nobody, beside another rspamd, too",
  () =>
    withHost(
      async ({ host, register }) => {
        const why = async () => {
          const { json } = await host.post("/v1/learn", {
            class: "spam",
            symbols: { OFF_SPAM: [1, 1] },
          });
          return json.reason;
        };
        assertEquals(await why(), "the scan has no symbol that counts");
        await host.postLines("/v1/learn", mails(10));
        await register(V2, SYMBOLS);
        await until(
          "rspamd is followed",
          async () => (await host.network()).key === V2,
        );
        assertEquals(await why(), "the scan has no symbol that counts");
      },
      `rules {
      default { ${CONFIG} }
      OFF { enabled = false; symbol_spam = OFF_SPAM; symbol_ham = OFF_HAM; }
    }`,
    ),
);
