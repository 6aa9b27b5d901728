// deno-lint-ignore-file no-console
/**
 * neurald's training beside that of the KANN in an installed rspamd: the same
 * vectors and the same network, alternately in one run, judged by the rest of
 * the corpus.
 *
 * @module
 */

import { featuresOf } from "../lib/features/features.ts";
import { Layout } from "../lib/features/layout.ts";
import { parseScan } from "../lib/features/scan.ts";
import { hiddenUnits } from "../lib/nn/architectures.ts";
import { type Dataset, DatasetBuilder } from "../lib/nn/dataset.ts";
import { createPredictor } from "../lib/nn/predictor.ts";
import { measure, type Metrics } from "../lib/nn/quality/metrics.ts";
import { Random } from "../lib/nn/random.ts";
import { type SparseVector, toDense } from "../lib/nn/sparse.ts";
import {
  DEFAULT_PROCEDURE,
  KANN_PROCEDURE,
  type Procedure,
} from "../lib/nn/training/options.ts";
import { trainNetwork } from "../lib/nn/training/train.ts";
import { whyUnavailable } from "../tests/config/ucl/rspamadm.ts";
import { corpusLines, corpusSymbols } from "./corpus.ts";
import { figure, median, printFigures } from "./report.ts";
import { trainInRspamd } from "./rspamd_kann.ts";

const ROUNDS = Number(Deno.args[0] ?? 5);
const LEARNED = 2000;
const MULTIPLIER = 1.5;
const METATOKEN_VERSION = 3;
/** A vector is answered sooner than the clock ticks. */
const REPEATED_ANSWERS = 20;

const MOST_SECONDS = 0.11;
const MOST_MICROSECONDS = 2;
/** How much faster neurald is to be; the KANN of rspamd 4 uses OpenBLAS. */
const LEAST_RATIO = { "3": 50, "4": 10 };

interface Message {
  vector: SparseVector;
  isSpam: boolean;
}

/** What one training came to. */
interface Outcome {
  seconds: number;
  metrics: Metrics;
  secondsPerVector: number;
}

const layout = new Layout(METATOKEN_VERSION, corpusSymbols());
const messages = corpusLines().map((line): Message => {
  const json = JSON.parse(line);
  const features = featuresOf(parseScan(json), METATOKEN_VERSION, new Set());
  return { vector: layout.vectorOf(features), isSpam: json.class === "spam" };
});

function datasetOf(learned: Message[]): Dataset {
  const builder = new DatasetBuilder();
  for (const { vector: { indices, values }, isSpam } of learned) {
    builder.add(indices, values, isSpam);
  }
  return builder.build(layout.length);
}

function judge(outputs: Float64Array, unseen: Message[]): Metrics {
  return measure(
    outputs,
    Uint8Array.from(unseen, ({ isSpam }) => isSpam ? 1 : 0),
  );
}

function trainHere(
  procedure: Procedure,
  data: Dataset,
  unseen: Message[],
  seed: number,
): Outcome {
  const started = performance.now();
  const graph = trainNetwork(data, {
    architecture: "symbol",
    hiddenLayerMultiplier: MULTIPLIER,
    procedure,
    seed,
  });
  const seconds = (performance.now() - started) / 1000;
  const predictor = createPredictor(graph);
  const outputs = new Float64Array(unseen.length);
  const asked = performance.now();
  for (let round = 0; round < REPEATED_ANSWERS; round++) {
    for (let i = 0; i < unseen.length; i++) {
      outputs[i] = predictor.output(unseen[i].vector);
    }
  }
  const answers = REPEATED_ANSWERS * unseen.length;
  return {
    seconds,
    metrics: judge(outputs, unseen),
    secondsPerVector: (performance.now() - asked) / 1000 / answers,
  };
}

function trainThere(learned: Message[], unseen: Message[]): Outcome {
  const { trainingSeconds, outputs, secondsPerVector } = trainInRspamd({
    learned: {
      vectors: learned.map(({ vector }) => toDense(vector)),
      isSpam: learned.map(({ isSpam }) => isSpam),
    },
    unseen: unseen.map(({ vector }) => toDense(vector)),
    hiddenUnits: hiddenUnits(layout.length, MULTIPLIER),
    learningRate: KANN_PROCEDURE.learningRate,
    epochs: KANN_PROCEDURE.epochs,
  });
  return {
    seconds: trainingSeconds,
    metrics: judge(outputs, unseen),
    secondsPerVector,
  };
}

/** The version of rspamd, if there is one. */
function rspamdVersion(): string | undefined {
  const why = whyUnavailable();
  if (why) {
    console.log(`without rspamd: ${why}`);
    return undefined;
  }
  const { stdout } = new Deno.Command("rspamadm", { args: ["--version"] })
    .outputSync();
  return /\d+\.\d+(\.\d+)?/.exec(new TextDecoder().decode(stdout))?.[0];
}

const version = rspamdVersion();
const rspamd: Outcome[] = [];
const kann: Outcome[] = [];
const standard: Outcome[] = [];
for (let seed = 1; seed <= ROUNDS; seed++) {
  const order = Uint32Array.from(messages.keys());
  new Random(seed).shuffle(order);
  const shuffled = Array.from(order, (i) => messages[i]);
  const learned = shuffled.slice(0, LEARNED);
  const unseen = shuffled.slice(LEARNED);
  const data = datasetOf(learned);
  if (version) rspamd.push(trainThere(learned, unseen));
  kann.push(trainHere(KANN_PROCEDURE, data, unseen, seed));
  standard.push(trainHere(DEFAULT_PROCEDURE, data, unseen, seed));
}

const time = (seconds: number) =>
  seconds < 1 ? `${(1000 * seconds).toFixed(0)} ms` : `${seconds.toFixed(2)} s`;
const microseconds = (seconds: number) => `${(1e6 * seconds).toFixed(2)} µs`;
const percent = (rate: number) => `${(100 * rate).toFixed(2)} %`;
const seconds = (all: Outcome[]) => median(all.map(({ seconds }) => seconds));
const perVector = (all: Outcome[]) =>
  median(all.map(({ secondsPerVector }) => secondsPerVector));

/** How much longer rspamd took, in pairs that ran one after the other. */
function ratioOf(all: Outcome[]): number {
  return median(all.map(({ seconds }, i) => rspamd[i].seconds / seconds));
}

const inputs = `${LEARNED} vectors × ${layout.length} inputs`;
const name = `rspamd ${version}`;
const least = LEAST_RATIO[version?.startsWith("4") ? "4" : "3"];
for (
  const [procedure, all] of [
    ["KANN's procedure", kann],
    ["neurald's procedure", standard],
  ] as const
) {
  printFigures(`Training, ${inputs}, ${procedure}, median of ${ROUNDS}`, [
    figure(
      "neurald",
      time(seconds(all)),
      `≤ ${time(MOST_SECONDS)}`,
      seconds(all) <= MOST_SECONDS,
    ),
    ...version
      ? [
        figure(name, time(seconds(rspamd))),
        figure(
          "ratio, median of pairs",
          ratioOf(all).toFixed(0),
          `≥ ${least}`,
          ratioOf(all) >= least,
        ),
      ]
      : [],
  ]);
}

console.log(
  `\nQuality on ${messages.length - LEARNED} unseen messages, median (worst)`,
);
for (
  const [who, all] of [
    [name, rspamd],
    ["neurald, KANN's procedure", kann],
    ["neurald", standard],
  ] as const
) {
  if (all.length === 0) continue;
  const aucs = all.map(({ metrics }) => metrics.auc);
  const errors = all.map(({ metrics }) => metrics.error);
  const caught = all.map(({ metrics }) => metrics.tpr_at_fpr["0.005"]);
  console.log(
    `  ${who.padEnd(25)}  AUC ${median(aucs).toFixed(4)} (${
      Math.min(...aucs).toFixed(4)
    })  error ${percent(median(errors))} (${
      percent(Math.max(...errors))
    })  spam at 0.5 % false positives ${percent(median(caught))} (${
      percent(Math.min(...caught))
    })`,
  );
}

printFigures("Answering one vector", [
  figure(
    "neurald",
    microseconds(perVector(standard)),
    `≤ ${MOST_MICROSECONDS} µs`,
    1e6 * perVector(standard) <= MOST_MICROSECONDS,
  ),
  ...version ? [figure(name, microseconds(perVector(rspamd)))] : [],
]);
