/**
 * Carries out a training job, from stored samples to a judged network.
 *
 * @module
 */

import { Layout } from "../features/layout.ts";
import { sortedNames } from "../features/symbol_names.ts";
import { hiddenUnits } from "../nn/architectures.ts";
import { type Dataset, rowOf, select } from "../nn/dataset.ts";
import type { Graph } from "../nn/graph.ts";
import { decodeKann, encodeKann } from "../nn/kann.ts";
import { createPredictor, type InputTransform } from "../nn/predictor.ts";
import { judge } from "../nn/quality/gate.ts";
import type { EpochReport } from "../nn/training/options.ts";
import { TrainingError, trainNetwork } from "../nn/training/train.ts";
import { split } from "./held_out.ts";
import type {
  CurrentNetwork,
  HeldOutShare,
  TrainingJob,
  TrainingResult,
} from "./job.ts";
import { columnsIn, type Pool, readPool } from "./pool.ts";
import { TooFewError } from "./too_few_error.ts";

/**
 * With fewer there are one or two of a class to judge by, which refuse good
 * networks and pass useless ones.
 */
export const LEAST_SAMPLES_OF_CLASS = 10;

/**
 * Most symbols that are taken from the samples, the most frequent ones. The
 * hidden layer grows with them: this many make a network of 6 million weights.
 */
const MOST_SYMBOLS = 2000;

/** So many make a network of 32 MiB; one of 64 could not be opened again. */
const MOST_WEIGHTS = 2 ** 23;

/**
 * Carries out a training job.
 *
 * @param onEpoch called after each epoch
 * @throws {TooFewError} when there are too few samples
 * @throws {TrainingError} when the network would be too large, or training fails
 * @throws {import("../nn/graph.ts").NetworkError} when the current network is
 * damaged
 */
export function runTraining(
  job: TrainingJob,
  onEpoch: (report: EpochReport) => void,
): TrainingResult {
  const started = performance.now();
  const pool = readPool(job, job.metatokenVersion);
  checkSize(pool);
  const current = job.current && openCurrent(job, job.current);
  const origin = canGoOn(job) ? current : undefined;
  const layout = new Layout(job.metatokenVersion, symbolsOf(job, pool, origin));
  checkWeights(job, layout);
  const { training, judging, share } = split(
    pool.hashes,
    pool.data.isSpam,
    job.current?.heldOut,
  );
  const costs: number[] = [];
  const graph = trainNetwork(view(pool, training, layout), {
    architecture: job.architecture,
    hiddenLayerMultiplier: job.hiddenLayerMultiplier,
    procedure: job.procedure,
    seed: job.seed,
    start: origin &&
      { graph: origin.graph, inputOf: layout.elementsOf(origin.layout) },
    onEpoch: (report) => {
      costs.push(report.cost);
      onEpoch(report);
    },
  });
  const judgement = judge({
    isSpam: Uint8Array.from(judging, (row) => pool.data.isSpam[row]),
    candidate: answers({ graph, layout }, pool, judging),
    current: current && answers(current, pool, judging),
  });
  return {
    symbols: [...layout.symbols],
    ann: encodeKann(graph),
    trainedOn: countClasses(pool.data.isSpam, training),
    heldOut: origin ? unseenBy(share, job.current?.heldOut) : share,
    ...judgement,
    costs,
    unreadable: pool.unreadable,
    durationMs: performance.now() - started,
  };
}

/** A network, and what its inputs mean. */
interface NamedNetwork {
  graph: Graph;
  layout: Layout;
  transform?: InputTransform;
}

function openCurrent(
  { metatokenVersion }: TrainingJob,
  { ann, symbols, transform }: CurrentNetwork,
): NamedNetwork {
  return {
    graph: decodeKann(ann),
    layout: new Layout(metatokenVersion, symbols),
    transform,
  };
}

/** What is trained here takes vectors as they are. */
function canGoOn({ goOn, current }: TrainingJob): boolean {
  const { normalization, projection } = current?.transform ?? {};
  return goOn && !normalization && !projection;
}

function checkSize({ data: { isSpam, size }, unreadable }: Pool): void {
  const spam = isSpam.reduce((sum, x) => sum + x, 0);
  const ham = size - spam;
  if (Math.min(spam, ham) >= LEAST_SAMPLES_OF_CLASS) return;
  throw new TooFewError({ spam, ham }, LEAST_SAMPLES_OF_CLASS, unreadable);
}

function checkWeights(
  { architecture, hiddenLayerMultiplier }: TrainingJob,
  { length, symbols }: Layout,
): void {
  if (architecture !== "symbol") return;
  const weights = length * hiddenUnits(length, hiddenLayerMultiplier);
  if (weights > MOST_WEIGHTS) {
    throw new TrainingError(
      `${symbols.length} symbols and a hidden_layer_mult of ${hiddenLayerMultiplier} make a network of ${weights} weights, and at most ${MOST_WEIGHTS} are possible: lower hidden_layer_mult, or name fewer symbols`,
    );
  }
}

/**
 * The symbols that become inputs: as configured, or else those that occur,
 * and those that the network goes on from has learned about.
 */
function symbolsOf(
  job: TrainingJob,
  pool: Pool,
  origin: NamedNetwork | undefined,
): string[] {
  const excluded = new Set(job.excluded);
  const usable = (name: string) => !excluded.has(name);
  if (job.symbols) return sortedNames(job.symbols.filter(usable));
  const frequent = pool.symbols.map((name, i) => ({
    name,
    count: pool.counts[i],
  }))
    .filter(({ name }) => usable(name))
    .sort((a, b) => b.count - a.count)
    .map(({ name }) => name);
  const known = origin?.layout.symbols.filter(usable) ?? [];
  return sortedNames(
    [...new Set([...frequent, ...known])].slice(0, MOST_SYMBOLS),
  );
}

/** Some samples of a pool as vectors of a layout. */
function view(pool: Pool, rows: Uint32Array, layout: Layout): Dataset {
  return select(pool.data, rows, columnsIn(layout, pool), layout.length);
}

function answers(
  { graph, layout, transform }: NamedNetwork,
  pool: Pool,
  rows: Uint32Array,
): Float64Array {
  const predictor = createPredictor(graph, transform);
  const data = view(pool, rows, layout);
  return Float64Array.from(
    rows,
    (_, i) => predictor.output(rowOf(data, i)),
  );
}

/** A network that goes on from another has seen what that one has. */
function unseenBy(share: HeldOutShare, before = share): HeldOutShare {
  return {
    spam: Math.min(share.spam, before.spam),
    ham: Math.min(share.ham, before.ham),
  };
}

function countClasses(
  isSpam: Uint8Array,
  rows: Uint32Array,
): TrainingResult["trainedOn"] {
  const spam = rows.reduce((sum, row) => sum + isSpam[row], 0);
  return { spam, ham: rows.length - spam };
}
