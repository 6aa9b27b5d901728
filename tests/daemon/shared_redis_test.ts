import { assert, assertEquals } from "@std/assert";
import { featuresOf } from "../../lib/features/features.ts";
import { Layout } from "../../lib/features/layout.ts";
import { parseScan } from "../../lib/features/scan.ts";
import { sortedNames } from "../../lib/features/symbol_names.ts";
import { measure } from "../../lib/nn/quality/metrics.ts";
import { Random } from "../../lib/nn/random.ts";
import { Connection } from "../../lib/store/redis/connection.ts";
import { encodeVector } from "../../lib/store/redis/vector.ts";
import { decompress } from "../../lib/zstd.ts";
import { redisTest } from "../store/redis/redis_test_case.ts";
import { RedisServer } from "../store/redis/server.ts";
import { Host } from "./host.ts";
import { laterKey, register } from "./scanner.ts";
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

/** Whatever there is that is no vector of 46 metatokens and the symbols. */
function wrongVector(i: number): Uint8Array {
  const kinds = [
    () => encodeVector(new Float64Array(46)),
    () => new TextEncoder().encode(`no vector ${i}`),
    () => encodeVector(new Float64Array(3000).fill(i)),
  ];
  return kinds[i % kinds.length]();
}

async function aucOf(host: Host, unseen: Message[]): Promise<number> {
  const answers = await host.postLines("/v1/score", unseen);
  return measure(
    Float64Array.from(answers, ({ results }) => results[0].output),
    Uint8Array.from(unseen, (one) => one.class === "spam" ? 1 : 0),
  ).auc;
}

redisTest(
  "when rspamd's symbols change, model and samples are carried over",
  async () => {
    await using server = await RedisServer.start();
    const redis = await Connection.open(server.url);
    try {
      const { learned, unseen } = halves();
      const random = new Random(1);
      let symbols = sortedNames(
        learned.flatMap((one) => Object.keys(one.symbols)),
      );
      await register(redis, SERIES, symbols);
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
        const key = await register(redis, SERIES, symbols);
        await until(
          "the model is carried over",
          async () => (await host.network()).model?.symbols === symbols.length,
        );
        const auc = await aucOf(host, unseen);
        assert(Math.abs(auc - first) <= 0.005, `${auc} after ${first}`);
        // Where scanners look for it: in a version later than theirs.
        assertEquals(await redis.ask("HEXISTS", laterKey(key), "ann"), 1);
        await until(
          "the samples are taken in",
          async () => await samples() === before,
        );
      }

      // The next training is about the symbols of today. Of ten networks one is
      // by chance a little worse than that in service, and so refused.
      await until(
        "a training gives a network",
        async () => (await host.post("/v1/train", "")).json.trained,
      );
      const { model } = await host.network();
      assertEquals(model?.symbols, symbols.length);
      assertEquals(model?.version, 2);
      const auc = await aucOf(host, unseen);
      assert(auc >= first - 0.005, `${auc} after ${first}`);
      assertEquals(host.logged("error"), []);
    } finally {
      await redis.close();
    }
  },
);

redisTest(
  "wrong vectors among those of scanners are counted, and change nothing",
  async () => {
    const { learned, unseen } = halves();
    const symbols = sortedNames(
      learned.flatMap((one) => Object.keys(one.symbols)),
    );
    const layout = new Layout(3, symbols);
    const vectors = learned.map((message) => ({
      class: message.class,
      bytes: encodeVector(
        layout.wholeVectorOf(featuresOf(parseScan(message), 3, new Set())),
      ),
    }));
    const trainedWith = async (wrong: number) => {
      await using server = await RedisServer.start();
      const redis = await Connection.open(server.url);
      try {
        const key = await register(redis, SERIES, symbols);
        for (const one of vectors) {
          await redis.ask("SADD", `${key}_${one.class}_set`, one.bytes);
        }
        for (let i = 0; i < wrong; i++) {
          const name = `${key}_${i % 2 ? "spam" : "ham"}_set`;
          await redis.ask("SADD", name, wrongVector(i));
        }
        await using host = await Host.start(
          "watch_interval = 1h; train { max_trains = 5000; }",
          { store: server.url },
        );
        const { json } = await host.post("/v1/train", "");
        assert(json.trained, JSON.stringify(json));
        const { quarantined } = (await host.network()).pool!;
        const { trained_on } = json.results[0].report;
        return { quarantined, trained_on, auc: await aucOf(host, unseen) };
      } finally {
        await redis.close();
      }
    };
    const right = await trainedWith(0);
    assert(right.auc > 0.99, `${right.auc}`);
    const share = Math.ceil(0.05 * learned.length);
    const mixed = await trainedWith(share);
    // Some of the wrong ones are equal, and Redis keeps these once.
    assert(mixed.quarantined > share / 2, `${mixed.quarantined}`);
    assertEquals(mixed.trained_on, right.trained_on);
    assert(Math.abs(mixed.auc - right.auc) < 0.002, `${mixed.auc}`);
  },
);

redisTest(
  "symbols that changed while neurald was away are carried over to",
  async () => {
    await using server = await RedisServer.start();
    const redis = await Connection.open(server.url);
    try {
      const { learned, unseen } = halves();
      const symbols = sortedNames(
        learned.flatMap((one) => Object.keys(one.symbols)),
      );
      await register(redis, SERIES, symbols);
      await using host = await Host.start(
        "watch_interval = 1h; train { max_trains = 5000; }",
        { store: server.url },
      );
      await host.postLines("/v1/learn", learned);
      assert((await host.post("/v1/train", "")).json.trained);
      const before = await aucOf(host, unseen);
      await host.stop();
      const key = await register(
        redis,
        SERIES,
        sortedNames([...symbols, "NEW"]),
      );
      await host.restart();
      assertEquals((await host.network()).model?.symbols, symbols.length + 1);
      assertEquals(await redis.ask("HEXISTS", laterKey(key), "ann"), 1);
      assert(Math.abs(await aucOf(host, unseen) - before) <= 0.005);
    } finally {
      await redis.close();
    }
  },
);
