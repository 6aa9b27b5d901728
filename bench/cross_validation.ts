/**
 * How well networks do on messages that they have not seen: 5 × 5-fold
 * cross-validation on all of the corpus, and trainings on 25 messages of each
 * class that are judged by all others.
 *
 *     deno run -A bench/cross_validation.ts [ARCHITECTURE]
 *
 * @module
 */

import { featuresOf } from "../lib/features/features.ts";
import { encodeSample } from "../lib/features/sample.ts";
import { parseScan } from "../lib/features/scan.ts";
import { type Architecture, ARCHITECTURES } from "../lib/nn/architectures.ts";
import { rowOf, select } from "../lib/nn/dataset.ts";
import { createPredictor } from "../lib/nn/predictor.ts";
import { measure, type Metrics } from "../lib/nn/quality/metrics.ts";
import { Random } from "../lib/nn/random.ts";
import { PROCEDURES } from "../lib/nn/training/options.ts";
import { trainNetwork } from "../lib/nn/training/train.ts";
import { packSamples, readPool } from "../lib/train/pool.ts";
import { corpusLines } from "./corpus.ts";
import { figure, median, printFigures } from "./report.ts";

const FOLDS = 5;
const ROUNDS = 5;
const FEW = { size: 25, draws: 20 };
const VERSION = 3;

const architecture = (Deno.args[0] ?? "mlp") as Architecture;
if (!ARCHITECTURES.includes(architecture)) {
  throw new Error(`no architecture: ${architecture}`);
}

const { data } = readPool(
  packSamples(
    corpusLines().map((line) => {
      const json = JSON.parse(line);
      const features = featuresOf(parseScan(json), VERSION, new Set());
      return { isSpam: json.class === "spam", bytes: encodeSample(features) };
    }),
  ),
  VERSION,
);
const columns = Int32Array.from({ length: data.inputs }, (_, i) => i);

/** The rows in random order, each with its number within its class. */
function shuffled(seed: number): { row: number; number: number }[] {
  const order = Uint32Array.from({ length: data.size }, (_, row) => row);
  new Random(seed).shuffle(order);
  const counts = [0, 0];
  return Array.from(order, (row) => ({
    row,
    number: counts[data.isSpam[row]]++,
  }));
}

/** Trains with some rows, and judges by the others. */
function run(
  rows: { row: number; number: number }[],
  isLearned: (number: number) => boolean,
  seed: number,
): Metrics & { seconds: number } {
  const pick = (learned: boolean) =>
    Uint32Array.from(
      rows.filter(({ number }) => isLearned(number) === learned),
      ({ row }) => row,
    );
  const training = select(data, pick(true), columns, data.inputs);
  const started = performance.now();
  const graph = trainNetwork(training, {
    architecture,
    hiddenLayerMultiplier: 1.5,
    procedure: PROCEDURES[architecture],
    seed,
  });
  const seconds = (performance.now() - started) / 1000;
  const predictor = createPredictor(graph);
  const unseen = pick(false);
  const metrics = measure(
    Float64Array.from(unseen, (row) => predictor.output(rowOf(data, row))),
    Uint8Array.from(unseen, (row) => data.isSpam[row]),
  );
  return { ...metrics, seconds };
}

function mean(values: number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** Mean and standard deviation of a figure. */
function spread(values: number[], digits: number): string {
  const middle = mean(values);
  const deviation = Math.sqrt(mean(values.map((x) => (x - middle) ** 2)));
  return `${middle.toFixed(digits)} ± ${deviation.toFixed(digits)}`;
}

const folds = Array.from({ length: ROUNDS }, (_, round) => {
  const rows = shuffled(1 + round);
  return Array.from(
    { length: FOLDS },
    (_, fold) =>
      run(rows, (number) => number % FOLDS !== fold, FOLDS * round + fold),
  );
}).flat();
const aucs = folds.map(({ auc }) => auc);
const errors = folds.map(({ error }) => 100 * error);
const caught = folds.map(({ tpr_at_fpr }) => 100 * tpr_at_fpr[0.005]);
const least = Math.min(...aucs);
const seconds = median(folds.map(({ seconds }) => seconds));
printFigures(`${architecture}, ${ROUNDS} × ${FOLDS}-fold cross-validation`, [
  figure("AUC", spread(aucs, 4), "≥ 0.9965", mean(aucs) >= 0.9965),
  figure("least AUC", least.toFixed(4), "none collapsed", least > 0.95),
  figure("error, %", spread(errors, 2), "≤ 1.8", mean(errors) <= 1.8),
  figure(
    "spam caught at 0.5 % false positives, %",
    spread(caught, 1),
    "≥ 93",
    mean(caught) >= 93,
  ),
  figure("one training, s", seconds.toFixed(2)),
]);

const draws = Array.from(
  { length: FEW.draws },
  (_, draw) =>
    run(shuffled(101 + draw), (number) => number < FEW.size, draw).auc,
);
printFigures(
  `${architecture}, ${FEW.size} + ${FEW.size} messages, ${FEW.draws} draws`,
  [figure("AUC on the rest", spread(draws, 3), "≥ 0.95", mean(draws) >= 0.95)],
);
