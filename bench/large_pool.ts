// deno-lint-ignore-file no-console
/**
 * Training on large pools, each in a process of its own: how long it takes,
 * and how much memory.
 *
 * @module
 */

import { encodeSample } from "../lib/features/sample.ts";
import { Random } from "../lib/nn/random.ts";
import { DEFAULT_PROCEDURE } from "../lib/nn/training/options.ts";
import type { PackedSamples } from "../lib/train/pool.ts";
import { runTraining } from "../lib/train/run.ts";
import { peakBytes } from "./process.ts";
import { figure, printFigures } from "./report.ts";

const SIZES = [25_000, 100_000];
const INPUTS = 700;
const METATOKENS = 46;
const METATOKEN_VERSION = 3;
const SYMBOLS_IN_A_SAMPLE = 30;
const MOST_BYTES_OF_SAMPLE = 1500;

const MOST_MEMORY_BYTES = 1e9;
/** Four times as many samples may take so many times as long. */
const MOST_GROWTH = 5;

/** Made-up samples of the size of real ones, half of them spam. */
function madeUpSamples(size: number): PackedSamples {
  const random = new Random(1);
  const symbols = INPUTS - METATOKENS;
  const bytes = new Uint8Array(size * MOST_BYTES_OF_SAMPLE);
  const ends = new Uint32Array(size);
  const isSpam = new Uint8Array(size);
  let end = 0;
  for (let i = 0; i < size; i++) {
    isSpam[i] = i % 2;
    const names = new Set<string>();
    while (names.size < SYMBOLS_IN_A_SAMPLE) {
      const shift = isSpam[i] && random.uniform() < 0.3 ? 0.5 : 1;
      const number = Math.floor(symbols * shift * random.uniform() ** 2);
      names.add(`SYMBOL_NUMBER_${number}`);
    }
    const sample = encodeSample({
      version: METATOKEN_VERSION,
      metatokens: Array.from({ length: METATOKENS }, () => random.uniform()),
      symbols: [...names].sort(),
      values: Array.from(names, () => 0.1 + 0.9 * random.uniform()),
    });
    bytes.set(sample, end);
    end += sample.length;
    ends[i] = end;
  }
  const ids = Float64Array.from(ends.keys());
  return { bytes: bytes.slice(0, end), ends, isSpam, ids };
}

/** What the process of one training prints. */
interface Measured {
  seconds: number;
  peakBytes: number;
  inputs: number;
}

function train(size: number): Measured {
  const { symbols, durationMs } = runTraining({
    ...madeUpSamples(size),
    metatokenVersion: METATOKEN_VERSION,
    excluded: [],
    goOn: false,
    architecture: "symbol",
    hiddenLayerMultiplier: 1.5,
    procedure: DEFAULT_PROCEDURE,
    seed: 1,
  }, () => {});
  return {
    seconds: durationMs / 1000,
    peakBytes: peakBytes(Deno.pid),
    inputs: METATOKENS + symbols.length,
  };
}

async function trainInProcess(size: number): Promise<Measured> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", import.meta.filename!, String(size)],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`the training on ${size} samples failed`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

async function measureAll(): Promise<void> {
  const all: Measured[] = [];
  for (const size of SIZES) all.push(await trainInProcess(size));
  const [few, many] = all;
  const growth = many.seconds / few.seconds;
  const [fewer, more] = SIZES.map((size) => size.toLocaleString("en"));
  printFigures(`Training on ${more} samples × ${many.inputs} inputs`, [
    figure(
      "peak memory",
      `${(many.peakBytes / 1e6).toFixed(0)} MB`,
      `< ${MOST_MEMORY_BYTES / 1e6} MB`,
      many.peakBytes < MOST_MEMORY_BYTES,
    ),
    figure("time", `${many.seconds.toFixed(1)} s`),
    figure(`time on ${fewer}`, `${few.seconds.toFixed(1)} s`),
    figure(
      "ratio",
      growth.toFixed(1),
      `≤ ${MOST_GROWTH}`,
      growth <= MOST_GROWTH,
    ),
  ]);
}

const [size] = Deno.args;
if (size === undefined) await measureAll();
else console.log(JSON.stringify(train(Number(size))));
