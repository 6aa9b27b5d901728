// deno-lint-ignore-file no-console
/**
 * What it costs to watch many networks in a Redis when nothing happens, and
 * how long it takes to load what scanners stored there.
 *
 * @module
 */

import process from "node:process";
import type { Config } from "../lib/config/config.ts";
import { parseConfig } from "../lib/config/load.ts";
import { Engine } from "../lib/engine/engine.ts";
import { featuresOf } from "../lib/features/features.ts";
import { Layout } from "../lib/features/layout.ts";
import { parseScan } from "../lib/features/scan.ts";
import { modelKey, seriesKey } from "../lib/model/keys.ts";
import { profileDigest } from "../lib/model/profile.ts";
import { linearGraph } from "../lib/nn/architectures.ts";
import { encodeKann } from "../lib/nn/kann.ts";
import { Connection } from "../lib/store/redis/connection.ts";
import { redisStore } from "../lib/store/redis/store.ts";
import { encodeVector } from "../lib/store/redis/vector.ts";
import { compress } from "../lib/zstd.ts";
import { RedisServer } from "../tests/store/redis/server.ts";
import { corpusLines } from "./corpus.ts";
import { figure, median, printFigures } from "./report.ts";

const RULES = 100;
const SETTINGS = 20;
const VERSIONS_KEPT = 3;
const SYMBOLS = 500;
const CYCLES = 10;
const MOST_SETTLING_SECONDS = 60;
const VECTORS = 10_000;
const METATOKENS = 3;

const config = configOf(
  `rules {
    ${
    Array.from({ length: RULES }, (_, rule) =>
      `R${rule} {
        symbol_spam = SPAM_${rule}; symbol_ham = HAM_${rule};
        watch_interval = 1s; default = false;
        allowed_settings = [${
        Array.from({ length: SETTINGS }, (_, s) => `settings_${s}`).join()
      }];
      }`).join("\n")
  }
  }`,
);
function configOf(text: string): Config {
  const { config, problems } = parseConfig(text, "bench");
  if (!config) throw new Error(problems.join("\n"));
  return config;
}

const symbols = Array.from(
  { length: SYMBOLS },
  (_, i) => `SYMBOL_NUMBER_${i}`,
).sort();
const digest = profileDigest(symbols);
const layout = new Layout(METATOKENS, symbols);

/** What rspamd, or another host, has left: models and some vectors. */
async function fill(redis: Connection): Promise<void> {
  const ann = compress(
    encodeKann(linearGraph(layout.length, {
      weights: new Float32Array(layout.length).fill(0.1),
      biases: new Float32Array(1),
    })),
    1,
  );
  const vectors = Array.from({ length: 20 }, (_, i) => {
    const vector = new Float64Array(layout.length);
    vector[METATOKENS + i] = 1;
    return encodeVector(vector);
  });
  for (const rule of config.rules) {
    const asked: Promise<unknown>[] = [];
    for (let s = 0; s < SETTINGS; s++) {
      const name = {
        rule: rule.prefix,
        settings: `settings_${s}`,
        metatokens: METATOKENS,
      } as const;
      const series = seriesKey(config.prefix, 3, name);
      for (let version = 1; version <= VERSIONS_KEPT; version++) {
        const redis_key = modelKey(config.prefix, name, digest, version);
        const profile = { digest, symbols, version, redis_key };
        const at = Date.now() / 1000 + version;
        asked.push(
          redis.ask("ZADD", series, String(at), JSON.stringify(profile)),
          redis.ask("HSET", redis_key, "ann", ann),
          redis.ask("SADD", `${redis_key}_spam_set`, ...vectors),
        );
      }
    }
    await Promise.all(asked);
  }
}

/** Counts what Redis is asked. */
function counted(connection: Connection): [Connection, () => number] {
  let count = 0;
  const counting = new Proxy(connection, {
    get(target, name: keyof Connection) {
      const member = target[name];
      if (typeof member !== "function") return member;
      if (name === "ask" || name === "run") count++;
      return member.bind(target);
    },
  });
  return [counting, () => count];
}

/** Processor time that Redis has used, in ms. */
async function usedByRedis(redis: Connection): Promise<number> {
  const info = new TextDecoder().decode(
    await redis.ask("INFO", "everything") as Uint8Array,
  );
  const number = (pattern: RegExp) => Number(pattern.exec(info)?.[1] ?? 0);
  const seconds = number(/used_cpu_user:([\d.]+)/) +
    number(/used_cpu_sys:([\d.]+)/);
  return 1000 * seconds;
}

/** Processor time that this process has used, in ms. */
function usedHere(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits while it looks more closely at what is new to it. */
async function settled(requests: () => number): Promise<void> {
  await pause(3000);
  let before = requests();
  for (let waited = 0; waited < MOST_SETTLING_SECONDS; waited++) {
    await pause(1000);
    if (requests() - before < 4 * RULES) return;
    before = requests();
  }
}

async function measureIdle(server: RedisServer, redis: Connection) {
  const [connection, requests] = counted(await Connection.open(server.url));
  const store = redisStore(connection, 4);
  const engine = new Engine({
    config,
    store,
    holder: "bench",
    log: { debug() {}, info() {}, warn() {}, error: console.error },
  });
  await engine.start();
  await settled(requests);
  const used = async () => ({
    redisMs: await usedByRedis(redis),
    ownMs: usedHere(),
    requests: requests(),
  });
  const before = await used();
  await pause(1000 * CYCLES);
  const after = await used();
  await engine.stop();
  await store.close();
  return {
    redisMs: (after.redisMs - before.redisMs) / CYCLES,
    ownMs: (after.ownMs - before.ownMs) / CYCLES,
    roundTrips: (after.requests - before.requests) / CYCLES / RULES,
    networks: engine.networks.all().filter(({ live }) => live).length,
  };
}

async function measureLoading(
  server: RedisServer,
  redis: Connection,
): Promise<number[]> {
  const store = redisStore(await Connection.open(server.url), 4);
  const scans = corpusLines().map((line) => parseScan(JSON.parse(line)));
  const all = scans.map((scan) => featuresOf(scan, METATOKENS, new Set()));
  const names = [...new Set(all.flatMap(({ symbols }) => symbols))].sort();
  const corpus = new Layout(METATOKENS, names);
  const digest = profileDigest(names);
  const redis_key = `rn_LOAD_default_${digest.slice(0, 8)}_1`;
  const profile = { digest, symbols: names, version: 1, redis_key };
  const series = "rn3_LOAD_3_default";
  await redis.ask("ZADD", series, "1", JSON.stringify(profile));
  for (let i = 0; i < VECTORS; i++) {
    const vector = corpus.wholeVectorOf(all[i % all.length]);
    vector[0] = i / VECTORS;
    const set = `${redis_key}_${i % 2 ? "spam" : "ham"}_set`;
    await redis.ask("SADD", set, encodeVector(vector));
  }
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const begin = performance.now();
    const { ids } = await store.samples(series);
    times.push(performance.now() - begin);
    if (ids.length !== VECTORS) throw new Error(`${ids.length} were read`);
  }
  await store.close();
  return times;
}

await using server = await RedisServer.start(["--appendonly", "no"]);
const redis = await Connection.open(server.url);
await fill(redis);
const { redisMs, ownMs, roundTrips, networks } = await measureIdle(
  server,
  redis,
);
const loadingMs = median(await measureLoading(server, redis));
await redis.close();

const ms = (value: number) => `${value.toFixed(0)} ms`;
printFigures(`${networks} networks (${RULES} rules × ${SETTINGS} settings)`, [
  figure(
    "idle watch cycle, processor time",
    ms(redisMs + ownMs),
    "< 100 ms",
    redisMs + ownMs < 100,
  ),
  figure("  of it in Redis", ms(redisMs)),
  figure(
    "round trips a rule",
    roundTrips.toFixed(2),
    "< 5",
    roundTrips < 5,
  ),
  figure(
    `loading ${VECTORS} vectors, median`,
    ms(loadingMs),
    "< 1,000 ms",
    loadingMs < 1000,
  ),
]);
