/**
 * How soon the daemon is ready, and how much memory it takes.
 *
 * @module
 */

import { peakBytes, residentBytes, startServer } from "./process.ts";
import { figure, median, printFigures } from "./report.ts";

const ROUNDS = 5;
/** The pool of the training that is measured. */
const SAMPLES = 10_000;
const INPUTS = 700;
const METATOKENS = 46;
const SYMBOLS_IN_A_SCAN = 35;

/** An executable to measure, instead of the sources. */
const [program] = Deno.args;

const folder = await Deno.makeTempDir({ prefix: "neurald-bench-" });
const serve = [
  ...(program === undefined ? ["run", "-A", "--no-check", "main.ts"] : []),
  "serve",
  "--listen",
  "127.0.0.1:0",
  "--store",
  `sqlite:${folder}/store.sqlite`,
];

/** Made-up scans of the size of real ones, with as many symbols as are asked. */
function madeUpScan(i: number): string {
  const isSpam = i % 2 === 0;
  const symbols = Array.from({ length: SYMBOLS_IN_A_SCAN }, () => {
    const half = (INPUTS - METATOKENS) / 2;
    const shift = isSpam && Math.random() < 0.3 ? half : 0;
    return `SYMBOL_NUMBER_${Math.floor(Math.random() * half + shift)}`;
  });
  return JSON.stringify({
    class: isSpam ? "spam" : "ham",
    symbols: [...new Set(symbols)],
    metatokens: Array.from({ length: METATOKENS }, () => Math.random()),
  });
}

async function post(
  port: number,
  path: string,
  body?: string,
): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    body,
    headers: { "content-type": "application/x-ndjson" },
  });
  return await response.text();
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

try {
  const readyMs: number[] = [];
  const idle: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const server = await startServer(serve, undefined, program);
    readyMs.push(server.readyMs);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    idle.push(residentBytes(server.pid));
    await server.stop();
  }
  const server = await startServer(serve, undefined, program);
  for (let at = 0; at < SAMPLES; at += 1000) {
    const scans = Array.from({ length: 1000 }, (_, i) => madeUpScan(at + i));
    await post(server.port, "/v1/learn", scans.join("\n"));
  }
  const learned = peakBytes(server.pid);
  const report = await post(server.port, "/v1/train");
  const training = peakBytes(server.pid);
  await server.stop();
  const { trained, results } = JSON.parse(report);
  if (!trained) throw new Error(`not trained: ${report}`);
  const ready = median(readyMs);
  printFigures("Footprint", [
    figure("ready after", `${ready.toFixed(0)} ms`, "≤ 500 ms", ready <= 500),
    figure(
      "memory when idle",
      megabytes(median(idle)),
      "< 120 MB",
      median(idle) < 120e6,
    ),
    figure(`peak, having learned ${SAMPLES}`, megabytes(learned)),
    figure(
      `peak, training ${
        results[0].report.trained_on.spam + results[0].report.trained_on.ham
      } of them`,
      megabytes(training),
      "< 350 MB",
      training < 350e6,
    ),
  ]);
} finally {
  await Deno.remove(folder, { recursive: true });
}
