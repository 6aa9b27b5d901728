import { assert, assertEquals } from "@std/assert";
import { sortedNames } from "../../lib/features/symbol_names.ts";
import { profileDigest } from "../../lib/model/profile.ts";
import { measure } from "../../lib/nn/quality/metrics.ts";
import { Random } from "../../lib/nn/random.ts";
import { Connection } from "../../lib/store/redis/connection.ts";
import { decompress } from "../../lib/zstd.ts";
import { RedisServer } from "../store/redis/server.ts";
import { Host } from "./host.ts";
import { until } from "./until.ts";

const SERIES = "rn3_default_3_default";

interface Message {
  class: "spam" | "ham";
  symbols: Record<string, unknown>;
}

/** Every message of each class in turn learned, and kept to judge by. */
function halves(): { learned: Message[]; unseen: Message[] } {
  const url = new URL(
    "../../data/spamassassin.rspamd-4.1.6.jsonl.zst",
    import.meta.url,
  );
  const text = decompress(Deno.readFileSync(url), 100 * 2 ** 20);
  const lines = new TextDecoder().decode(text).trim().split("\n").slice(1);
  const messages: Message[] = lines.map((line) => JSON.parse(line));
  const even = (_: Message, i: number) => i % 2 === 0;
  return {
    learned: messages.filter(even),
    unseen: messages.filter((message, i) => !even(message, i)),
  };
}

/** Does what rspamd does when its symbols have changed. */
async function register(redis: Connection, symbols: string[]): Promise<string> {
  const digest = profileDigest(symbols);
  const redis_key = `rn_default_default_${digest.slice(0, 8)}_0`;
  const profile = { symbols, redis_key, version: 0, digest, distance: 0 };
  const now = String(Date.now() / 1000);
  await redis.ask("ZADD", SERIES, now, JSON.stringify(profile));
  return redis_key;
}

async function aucOf(host: Host, unseen: Message[]): Promise<number> {
  const answers = await host.postLines("/v1/score", unseen);
  return measure(
    Float64Array.from(answers, ({ results }) => results[0].output),
    Uint8Array.from(unseen, (one) => one.class === "spam" ? 1 : 0),
  ).auc;
}

Deno.test("when rspamd's symbols change, model and samples are carried over", async () => {
  await using server = await RedisServer.start();
  const redis = await Connection.open(server.url);
  try {
    const { learned, unseen } = halves();
    const random = new Random(1);
    let symbols = sortedNames(
      learned.flatMap((one) => Object.keys(one.symbols)),
    );
    await register(redis, symbols);
    await using host = await Host.start(
      "watch_interval = 100ms; train { max_trains = 5000; }",
      { store: server.url },
    );
    await host.postLines("/v1/learn", learned);
    assert((await host.post("/v1/train", "")).json.trained);
    const first = await aucOf(host, unseen);
    assert(first > 0.99, `${first}`);
    await host.postLines("/v1/learn", unseen.slice(0, 300));
    const samples = async () => {
      const { fresh, retained } = (await host.network()).pool!;
      return fresh.spam + fresh.ham + retained.spam + retained.ham;
    };
    const before = await samples();

    for (let change = 0; change < 3; change++) {
      // Some are gone, and some are new.
      symbols = sortedNames([
        ...symbols.filter(() => random.uniform() > 0.02),
        ...Array.from({ length: 10 }, (_, i) => `NEW_${change}_${i}`),
      ]);
      const key = await register(redis, symbols);
      await until(
        "the model is carried over",
        async () => (await host.network()).model?.symbols === symbols.length,
      );
      const auc = await aucOf(host, unseen);
      assert(Math.abs(auc - first) <= 0.005, `${auc} after ${first}`);
      // Where scanners look for it.
      assertEquals(await redis.ask("HEXISTS", key, "ann"), 1);
      await until(
        "the samples are taken in",
        async () => await samples() === before,
      );
    }

    // The next training is about the symbols of today.
    assert((await host.post("/v1/train", "")).json.trained);
    const { model } = await host.network();
    assertEquals(model?.symbols, symbols.length);
    assertEquals(model?.version, 2);
    const auc = await aucOf(host, unseen);
    assert(auc >= first - 0.005, `${auc} after ${first}`);
    assertEquals(host.logged("error"), []);
  } finally {
    await redis.close();
  }
});
