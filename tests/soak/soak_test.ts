import { assert, assertEquals } from "@std/assert";
import { inFolder } from "../cli/neurald.ts";
import { until } from "../daemon/until.ts";
import { freePort } from "../store/redis/server.ts";
import { HAS_REDIS, isThere } from "../store/redis/redis_test_case.ts";
import { obedience } from "./daemon/obedience.ts";
import { giveOrders } from "./daemon/orders.ts";
import type { Fault } from "./fault.ts";
import { clockJumps, noFileDescriptors } from "./faults/host.ts";
import { trainingHangs, trainingMisbehaves } from "./faults/training.ts";
import { Lane, NOTHING } from "./lane.ts";
import { Ledger } from "./ledger.ts";
import { Load } from "./load/load.ts";
import type { Result } from "./load/protocol.ts";
import { quantile, sumOf } from "./load/tally.ts";
import { growthOf, Memory } from "./memory.ts";
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
/**
 * What may be refused while nothing is wrong with the store, probably for it has not
 * answered for a second: the way to Redis leads through this very process.
 */
const MOST_REFUSED = 0.02;

/** Each fault has its turn in each of the rounds. */
const ROUNDS = Math.max(1, Math.min(10, Math.floor(SECONDS / 150)));
const FAULT_SHARE = 0.4;
const WARM_UP_MS = 5000;
/** How long those take at least that come last. */
const LAST_FAULTS_MS = 2000;

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

/** What any daemon lives through. */
function commonFaults({ daemon, orders }: Pupil, load: Load): Fault[] {
  if (EXECUTABLE) {
    return skip("clocks and trainings", "an executable cannot be told to err");
  }
  const whenTrained = async () => {
    const { newest } = load;
    await until("it trains", () => load.newest > newest, 60_000);
  };
  return [
    clockJumps("ahead", orders, whenTrained),
    clockJumps("back", orders, whenTrained),
    trainingMisbehaves("throws", daemon, orders),
    trainingMisbehaves("eats memory", daemon, orders),
  ];
}

/** What may end any daemon. */
function lastFaults({ daemon, orders, configure }: Pupil): Fault[] {
  if (EXECUTABLE) {
    return skip(
      "no file descriptors",
      "Deno 2.6 may be in it (RELIABILITY.md)",
    );
  }
  const withoutFiles = isThere("prlimit")
    ? Array.from({ length: ROUNDS }, () => noFileDescriptors(daemon))
    : skip("no file descriptors", "there is no prlimit");
  return [...withoutFiles, trainingHangs(daemon, orders, configure)];
}

/** What came of it. */
interface Soaked extends LaneReport {
  result: Result;
  growth: ReturnType<typeof growthOf>;
  /** See {@linkcode Supervised.ends}. */
  ends: readonly string[];
}

/** A daemon, and how it is told to err. */
interface Pupil {
  daemon: Supervised;
  /** Path of its orders. */
  orders: string;
  /** Writes its configuration. */
  configure(trainTimeout?: string): Promise<void>;
}

/** A daemon that is not started yet, with its files in a folder. */
async function makePupil(soaked: SoakedStore, folder: string): Promise<Pupil> {
  await Deno.mkdir(folder);
  const orders = `${folder}/orders.json`;
  const config = `${folder}/neural.conf`;
  const configure = (trainTimeout?: string) =>
    Deno.writeTextFile(config, configOf(soaked.config, trainTimeout));
  await configure();
  await giveOrders(orders, {});
  const daemon = new Supervised({
    store: soaked.store,
    config,
    executable: EXECUTABLE,
    preload: await obedience(orders),
    // As the systemd unit has it.
    env: { MALLOC_ARENA_MAX: "2" },
  }, freePort());
  return { daemon, orders, configure };
}

/** Soaks a daemon. */
async function soak(
  soaked: SoakedStore,
  all: AsyncDisposableStack,
  folder: string,
): Promise<Soaked> {
  const pupil = await makePupil(soaked, `${folder}/${soaked.name}`);
  const daemon = all.use(pupil.daemon);
  await daemon.start();
  const ledger = new Ledger(MAX_TRAINS * MAX_USAGES);
  const rates = { scores: RATES.scores / 2, learns: RATES.learns / 2 };
  const load = all.use(
    new Load(daemon.port, rates, (acknowledged) => ledger.add(acknowledged)),
  );
  const memory = all.use(new Memory(() => daemon.pid));
  const lane = all.use(new Lane({ ...soaked, daemon, load, ledger }));
  await lane.warmUp();
  await lane.rest(WARM_UP_MS);
  const around = {
    daemon,
    whenConfirmed: async () => {
      await until("all models are known", () => load.isConfirmed);
    },
    begun: () => ledger.forgetUntil(Date.now()),
  };
  const begins = await runRounds(lane, [
    ...soaked.faults(around),
    ...commonFaults(pupil, load),
  ]);
  const growth = growthOf(memory, begins);
  // After these it is another process.
  await lane.round([
    ...soaked.lastFaults(around),
    ...lastFaults(pupil),
  ], { slotMs: 0, faultMs: LAST_FAULTS_MS });
  const result = await load.stop();
  await lane.end();
  await daemon.stop();
  const { tallies } = result;
  const { trials } = lane;
  const { ends } = daemon;
  return { store: soaked.name, trials, tallies, result, growth, ends };
}

/** Gives when each round has begun, and when the last one has ended. */
async function runRounds(
  lane: Lane,
  faults: readonly Fault[],
): Promise<number[]> {
  const slotMs = 1000 * SECONDS / ROUNDS / faults.length;
  const begins = [performance.now()];
  for (let round = 0; round < ROUNDS; round++) {
    await lane.round(faults, { slotMs, faultMs: FAULT_SHARE * slotMs });
    begins.push(performance.now());
  }
  return begins;
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
    const soaking = stores.map((store) => soak(store, all, folder));
    try {
      await Promise.all(soaking);
    } catch (error) {
      // The others fail soon without their daemons, and have to end, too.
      await all.disposeAsync();
      await Promise.allSettled(soaking);
      throw error;
    }
    const reports = await Promise.all(soaking);
    const seen = [
      table(reports),
      ...reports.map(({ store, growth }) => `memory, ${store}: ${growth.text}`),
      ...reports.map(({ result, store }) => rateLine(store, result)),
      ...reports.flatMap(({ ends, store }) =>
        ends.map((end) => `${store} has ended by itself: ${end}`)
      ),
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
  } ms late (p99), which counts as latency`;
}

function check(report: Soaked): void {
  const { result, growth, trials, tallies } = report;
  assertEquals(result.findings, []);
  for (const { fault, lost } of trials) {
    assertEquals(lost, [], fault.name);
    const { scores, learns } = tallies.get(fault.name)!;
    assertEquals(scores.wrong + learns.wrong, 0, fault.name);
    assert(scores.right > 0, fault.name);
    const unanswered = scores.unanswered + learns.unanswered;
    assert(fault.cutsOff || unanswered === 0, fault.name);
    const mostRefused = fault.concernsStore || fault.cutsOff
      ? Infinity
      : MOST_REFUSED * learns.acknowledged;
    assert(learns.refused <= mostRefused, `${fault.name} ${learns.refused}`);
  }
  const { seconds, scores, learns } = tallies.get(NOTHING.name)!;
  assert(scores.right > LEAST_SHARE * RATES.scores / 2 * seconds);
  assert(learns.acknowledged > LEAST_SHARE * RATES.learns / 2 * seconds);
  assertEquals(result.unconfirmed, []);
  assert(result.confirmed.length > trials.length);
  assert(growth.factor < MOST_GROWTH, growth.text);
}
