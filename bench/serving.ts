/**
 * Scores and learns a second over loopback, beside servers that only parse the
 * same JSON, in the same run and alternately.
 *
 * @module
 */

import { corpusLines } from "./corpus.ts";
import type { Load, LoadResult } from "./load.ts";
import { loadFromOutside, type RunningServer, startServer } from "./process.ts";
import { figure, median, printFigures } from "./report.ts";

const ROUNDS = 5;
const SECONDS = 3;
const LEARN_SECONDS = 5;
/** Several times as many as there are; a load that runs out of them fails. */
const MOST_LEARNS_A_SECOND = 10_000;
const BULK_REQUESTS = 3;
const BULK_SCANS = 5000;
/** The first requests compile the code. */
const WARM_UP_SECONDS = 1;
/** The server has one processor, and the load another. */
const SERVER_CPU = "0";
const LOAD_CPU = "1";

const RUN = ["run", "-A", "--no-check"];
const JSON_TYPE = "application/json";
const lines = corpusLines();

function serveArguments(store: string): string[] {
  const listen = ["--listen", "127.0.0.1:0", "--store", `sqlite:${store}`];
  return [...RUN, "main.ts", "serve", ...listen];
}

const scans: Omit<Load, "port"> = {
  path: "/v1/score",
  type: JSON_TYPE,
  bodies: lines,
  connections: 32,
  seconds: SECONDS,
};

async function post(
  { port }: RunningServer,
  path: string,
  body?: string,
): Promise<void> {
  const headers = { "content-type": "application/x-ndjson" };
  const url = `http://127.0.0.1:${port}${path}`;
  const response = await fetch(url, { method: "POST", body, headers });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  await response.body?.cancel();
}

let madeScans = 0;

/**
 * Scans that differ from each other and from all that were made before, so
 * that each is a sample of its own.
 */
function newScans(count: number): string[] {
  return Array.from({ length: count }, () => {
    const scan = JSON.parse(lines[madeScans % lines.length]);
    // As short as others are.
    scan.metatokens[2] = ++madeScans / 1e6;
    return JSON.stringify(scan);
  });
}

function loadWith(
  server: RunningServer,
  load: Partial<Load>,
): Promise<LoadResult> {
  return loadFromOutside({ ...scans, port: server.port, ...load }, LOAD_CPU);
}

/** Fails where an answer was wrong: its time would mean nothing. */
function checked(result: LoadResult): LoadResult {
  if (result.failed > 0) throw new Error(`${result.failed} requests failed`);
  return result;
}

/** Servers that only parse the same JSON. */
const PEERS = {
  // It closes the connection after each body (denoland/deno#36657).
  "Deno's server": "bench/bare_deno_server.ts",
  // What neurald is made with, without anything between.
  "Node's server": "bench/bare_node_server.ts",
};

async function measureThroughput(store: string): Promise<void> {
  const servers = [
    serveArguments(store),
    ...Object.values(PEERS).map((path) => [...RUN, path]),
  ];
  const rates: number[][] = servers.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, args] of servers.entries()) {
      const server = await startServer(args, SERVER_CPU);
      checked(await loadWith(server, { seconds: WARM_UP_SECONDS }));
      const { answered, seconds } = checked(await loadWith(server, {}));
      rates[i].push(answered / seconds);
      await server.stop();
    }
  }
  const [neurald, ...peers] = rates;
  const ratios = peers.map((peer) =>
    median(neurald.map((rate, i) => rate / peer[i]))
  );
  printFigures("Scores a second, the server on one processor", [
    figure("neurald", median(neurald).toFixed(0)),
    ...Object.keys(PEERS).map((name, i) =>
      figure(
        `${name}, which only parses the same JSON`,
        median(peers[i]).toFixed(0),
      )
    ),
    figure(
      "ratio to Deno's, median of pairs",
      ratios[0].toFixed(2),
      "≥ 0.70",
      ratios[0] >= 0.7,
    ),
    figure("ratio to Node's", ratios[1].toFixed(2)),
  ]);
}

async function measureLatency(store: string): Promise<void> {
  const server = await startServer(serveArguments(store));
  const atRate = { rate: 2000, seconds: 10 };
  checked(await loadWith(server, { seconds: WARM_UP_SECONDS }));
  const idle = checked(await loadWith(server, atRate));
  let trainings = 0;
  let ended = false;
  const training = (async () => {
    for (; !ended; trainings++) await post(server, "/v1/train");
  })();
  const busy = checked(await loadWith(server, atRate));
  ended = true;
  await training;
  await server.stop();
  printFigures("99th percentile of the latency at 2,000 scores a second", [
    figure(
      "idle otherwise",
      `${idle.latency.p99.toFixed(1)} ms`,
      "< 10 ms",
      idle.latency.p99 < 10,
    ),
    figure(
      `during ${trainings} trainings`,
      `${busy.latency.p99.toFixed(1)} ms`,
      "< 25 ms",
      busy.latency.p99 < 25,
    ),
  ]);
}

async function measureLearning(store: string): Promise<void> {
  const server = await startServer(serveArguments(store));
  const learnBy = async (connections: number) =>
    checked(
      await loadWith(server, {
        path: "/v1/learn",
        connections,
        seconds: LEARN_SECONDS,
        bodies: newScans(LEARN_SECONDS * MOST_LEARNS_A_SECOND),
        once: true,
      }),
    );
  const single = await learnBy(1);
  const several = await learnBy(16);
  const requests = Array.from(
    { length: BULK_REQUESTS },
    () => newScans(BULK_SCANS).join("\n"),
  );
  const started = performance.now();
  for (const request of requests) await post(server, "/v1/learn", request);
  const seconds = (performance.now() - started) / 1000;
  const bulk = BULK_REQUESTS * BULK_SCANS / seconds;
  await server.stop();
  const singly = single.answered / single.seconds;
  printFigures("Durable learns a second", [
    figure(
      "one by one, each awaited",
      singly.toFixed(0),
      "≥ 1,000",
      singly >= 1000,
    ),
    figure("16 at a time", (several.answered / several.seconds).toFixed(0)),
    figure("in bulk", bulk.toFixed(0), "≥ 10,000", bulk >= 10_000),
  ]);
}

const folder = await Deno.makeTempDir({ prefix: "neurald-bench-" });
try {
  const store = `${folder}/trained.sqlite`;
  const server = await startServer(serveArguments(store));
  await post(server, "/v1/learn", lines.join("\n"));
  await post(server, "/v1/train");
  await server.stop();
  await measureThroughput(store);
  await measureLatency(store);
  await measureLearning(`${folder}/empty.sqlite`);
} finally {
  await Deno.remove(folder, { recursive: true });
}
