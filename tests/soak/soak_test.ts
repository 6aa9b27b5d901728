import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { inFolder } from "../cli/neurald.ts";
import { until } from "../daemon/until.ts";
import { freePort } from "../store/redis/server.ts";
import { HAS_REDIS, isThere } from "../store/redis/redis_test_case.ts";
import { giveOrders, ORDERS_VARIABLE } from "./daemon/orders.ts";
import type { Fault } from "./fault.ts";
import { clockJumps, noFileDescriptors } from "./faults/host.ts";
import { trainingHangs, trainingMisbehaves } from "./faults/training.ts";
import { HEALTHY, Lane } from "./lane.ts";
import { Ledger } from "./ledger.ts";
import { Load } from "./load/load.ts";
import type { Result } from "./load/protocol.ts";
import { quantile, sumOf } from "./load/tally.ts";
import { Memory } from "./memory.ts";
import { type LaneReport, table } from "./report.ts";
import { redisStore, type SoakedStore, sqliteStore } from "./stores.ts";
import { Supervised } from "./supervised.ts";
import { Guard } from "./tidying.ts";

/** Says how many seconds things go wrong; then it tells what happened. */
const DURATION = "NEURALD_SOAK_SECONDS";
const SECONDS = Number(Deno.env.get(DURATION) ?? 60);
/** Path of an executable to soak instead of the sources. */
const EXECUTABLE = Deno.env.get("NEURALD_SOAK_EXECUTABLE");

/** Messages a second, of all daemons together. */
const RATES = { scores: 2000, learns: 200 };
/** What is reached of that on a machine that others use, too. */
const LEAST_SHARE = 0.3;

/** Each fault has its turn in each of the rounds. */
const ROUNDS = Math.max(1, Math.min(10, Math.floor(SECONDS / 150)));
const FAULT_SHARE = 0.4;
const WARM_UP_MS = 5000;

/**
 * What the memory of a daemon may grow by, in its last rounds beside the first
 * ones after one to warm up. In a single round V8's heap and the pool are
 * still growing to their size, and its halves have different faults.
 */
const MOST_GROWTH = ROUNDS >= 10 ? 1.05 : ROUNDS > 2 ? 1.15 : 1.6;

const MAX_TRAINS = 100;
const MAX_USAGES = 10;

const SYMBOLS = [
  "BAYES_SPAM, FUZZY_DENIED, URIBL_BLACK, FORGED_SENDER",
  "BAYES_HAM, R_DKIM_ALLOW, R_SPF_ALLOW, RCVD_VIA_SMTP_AUTH",
  "MIME_HTML_ONLY, TO_DN_NONE, HAS_XAW, RCVD_COUNT_TWO",
].join(", ");

/**
 * One training follows another, on a pool that is as large all the time.
 *
 * @param more options
 */
const configOf = (more: string, trainTimeout = "30s") => `
watch_interval = 500ms;
max_profiles = 20;
train { max_trains = ${MAX_TRAINS}; max_usages = ${MAX_USAGES}; }
profile { default = [${SYMBOLS}]; }
neurald { train_timeout = ${trainTimeout}; }
${more}
`;

function skip(what: string, reason: string): [] {
  // deno-lint-ignore no-console
  console.log(`skipped: ${what}: ${reason}`);
  return [];
}

/** What may go wrong with any daemon. */
function commonFaults(
  daemon: Supervised,
  load: Load,
  orders: string,
): Fault[] {
  const whenTrained = async () => {
    const { newest } = load;
    await until("it trains", () => load.newest > newest, 60_000);
  };
  return [
    ...EXECUTABLE
      ? skip("clocks and trainings", "an executable cannot be told to err")
      : [
        clockJumps("ahead", orders, whenTrained),
        clockJumps("back", orders, whenTrained),
        trainingMisbehaves("throws", daemon, orders),
        trainingMisbehaves("eats memory", daemon, orders),
      ],
    ...isThere("prlimit")
      ? [noFileDescriptors(daemon)]
      : skip("no file descriptors", "there is no prlimit"),
  ];
}

/** Soaks a daemon. */
async function soak(
  soaked: SoakedStore,
  all: AsyncDisposableStack,
  guard: Guard,
  folder: string,
): Promise<LaneReport & { result: Result; growth: number; line: string }> {
  const own = `${folder}/${soaked.name}`;
  await Deno.mkdir(own);
  const orders = `${own}/orders.json`;
  const config = `${own}/neural.conf`;
  const configure = (trainTimeout?: string) =>
    Deno.writeTextFile(config, configOf(soaked.config, trainTimeout));
  await configure();
  await giveOrders(orders, {});
  const daemon = all.use(
    new Supervised(
      {
        store: soaked.store,
        config,
        executable: EXECUTABLE,
        preload: fileURLToPath(new URL("daemon/preload.ts", import.meta.url)),
        env: { [ORDERS_VARIABLE]: orders },
      },
      freePort(),
      (pid) => guard.process(pid),
    ),
  );
  await daemon.start();
  const ledger = new Ledger(MAX_TRAINS * MAX_USAGES);
  const load = all.use(
    new Load(daemon.port, {
      scores: RATES.scores / 2,
      learns: RATES.learns / 2,
    }, (acknowledged) => ledger.add(acknowledged)),
  );
  const memory = all.use(new Memory(() => daemon.pid));
  const lane = new Lane({ ...soaked, daemon, load, ledger });
  await lane.warmUp();
  await lane.rest(WARM_UP_MS);

  const around = {
    daemon,
    whenConfirmed: async () => {
      await until("all models are known", () => load.isConfirmed);
    },
    begun: () => ledger.forgetUntil(Date.now()),
  };
  const faults = [
    ...soaked.faults(around),
    ...commonFaults(daemon, load, orders),
  ];
  const slotMs = 1000 * SECONDS / ROUNDS / faults.length;
  const time = { slotMs, faultMs: FAULT_SHARE * slotMs };
  const begins = [performance.now()];
  for (let round = 0; round < ROUNDS; round++) {
    await lane.round(faults, time);
    begins.push(performance.now());
  }
  const { growth, line } = growthOf(memory, begins);

  for (
    const fault of [
      ...soaked.lastFaults(around),
      ...EXECUTABLE ? [] : [trainingHangs(daemon, orders, configure)],
    ]
  ) await lane.endure(fault, 0);
  const result = await load.stop();
  await lane.end();
  const lost = await lane.audit();
  const trials = [...lane.trials, {
    fault: HEALTHY,
    healedMs: 0,
    trainedMs: 0,
    lost,
  }];
  await daemon.stop();
  const { tallies } = result;
  return { store: soaked.name, trials, tallies, result, growth, line };
}

/** How much memory there is at the end, beside the beginning. */
function growthOf(
  memory: Memory,
  begins: number[],
): { growth: number; line: string } {
  const fifth = Math.ceil(ROUNDS / 5);
  const middle = (begins[0] + begins[1]) / 2;
  const [before, after] = ROUNDS === 1
    ? [memory.median(begins[0], middle), memory.median(middle, begins[1])]
    : [
      memory.median(begins[1], begins[1 + fifth]),
      memory.median(begins[ROUNDS - fifth], begins[ROUNDS]),
    ];
  const growth = after / before;
  const each = begins.slice(1).map((end, i) =>
    (memory.median(begins[i], end) / 2 ** 20).toFixed(0)
  );
  const line = `${(before / 2 ** 20).toFixed(0)} MiB, then ${
    (after / 2 ** 20).toFixed(0)
  } (${(100 * (growth - 1)).toFixed(1)} %); by round: ${each.join(", ")}`;
  return { growth, line };
}

Deno.test("a daemon under load survives everything that may go wrong", async () => {
  await using guard = new Guard();
  await inFolder(async (folder) => {
    await guard.folder(folder);
    await using all = new AsyncDisposableStack();
    const stores = [
      await sqliteStore(all, guard, folder),
      ...HAS_REDIS
        ? [await redisStore(all, guard)]
        : skip("Redis", "there is no redis-server"),
    ];
    const soaking = stores.map((store) => soak(store, all, guard, folder));
    // Each ends, though another one may have failed.
    await Promise.allSettled(soaking);
    const reports = await Promise.all(soaking);
    const seen = [
      table(reports),
      ...reports.map(({ store, line }) => `memory, ${store}: ${line}`),
      ...reports.map(({ result, store }) => rateLine(store, result)),
    ];
    // deno-lint-ignore no-console
    if (Deno.env.has(DURATION)) console.log(seen.join("\n"));
    for (const report of reports) check(report);
  });
});

function rateLine(store: string, { tallies, confirmed }: Result): string {
  const { seconds, scores, learns, lateness } = sumOf([...tallies.values()]);
  const perSecond = (count: number) => (count / seconds).toFixed(0);
  return `${store}: ${perSecond(scores.right)} scores and ${
    perSecond(learns.acknowledged)
  } learns a second, by ${confirmed.length} models; handed over ${
    quantile(lateness, 0.99).toFixed(0)
  } ms late (p99)`;
}

function check(report: LaneReport & { result: Result; growth: number }): void {
  const { result, growth, trials, tallies } = report;
  assertEquals(result.findings, []);
  for (const { fault, lost } of trials) assertEquals(lost, [], fault);
  const { seconds, scores, learns } = tallies.get(HEALTHY)!;
  assert(scores.right > LEAST_SHARE * RATES.scores / 2 * seconds);
  assert(learns.acknowledged > LEAST_SHARE * RATES.learns / 2 * seconds);
  assertEquals(result.unconfirmed, []);
  assert(result.confirmed.length > tallies.size);
  assert(growth < MOST_GROWTH, `memory has grown by a factor of ${growth}`);
  assertEquals(scores.unanswered + learns.unanswered + learns.refused, 0);
  for (const [phase, { scores, learns }] of tallies) {
    assertEquals(scores.wrong + learns.wrong, 0, phase);
    assert(scores.right > 0, phase);
  }
}
