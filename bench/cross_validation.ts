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
import { Layout } from "../lib/features/layout.ts";
import { encodeSample } from "../lib/features/sample.ts";
import { parseScan } from "../lib/features/scan.ts";
import { ARCHITECTURES } from "../lib/nn/architectures.ts";
import { decodeKann } from "../lib/nn/kann.ts";
import { createPredictor } from "../lib/nn/predictor.ts";
import { measure, type Metrics } from "../lib/nn/quality/metrics.ts";
import { Random } from "../lib/nn/random.ts";
import type { TrainingJob } from "../lib/train/job.ts";
import { packSamples } from "../lib/train/pool.ts";
import { runTraining } from "../lib/train/run.ts";
import { corpusLines } from "./corpus.ts";
import { figure, median, printFigures } from "./report.ts";

const FOLDS = 5;
const ROUNDS = 5;
const FEW = { size: 25, draws: 20 };
const VERSION = 3;

const architecture = (Deno.args[0] ?? "auto") as TrainingJob["architecture"];
if (architecture !== "auto" && !ARCHITECTURES.includes(architecture)) {
  throw new Error(`no architecture: ${architecture}`);
}

const messages = corpusLines().map((line) => {
  const json = JSON.parse(line);
  const features = featuresOf(parseScan(json), VERSION, new Set());
  const isSpam = json.class === "spam";
  return { isSpam, features, bytes: encodeSample(features) };
});
type Message = typeof messages[number];

/** The messages in random order, each with its number within its class. */
function shuffled(seed: number): { message: Message; number: number }[] {
  const order = Uint32Array.from(messages.keys());
  new Random(seed).shuffle(order);
  const counts = { spam: 0, ham: 0 };
  return Array.from(order, (i) => {
    const message = messages[i];
    const number = counts[message.isSpam ? "spam" : "ham"]++;
    return { message, number };
  });
}

/** Trains by some messages, as the daemon does, and judges by the others. */
function run(
  order: { message: Message; number: number }[],
  isLearned: (number: number) => boolean,
  seed: number,
): Metrics & { seconds: number } {
  const pick = (learned: boolean) =>
    order.filter(({ number }) => isLearned(number) === learned)
      .map(({ message }) => message);
  const { ann, symbols, durationMs } = runTraining({
    ...packSamples(pick(true)),
    metatokenVersion: VERSION,
    excluded: [],
    goOn: false,
    architecture,
    hiddenLayerMultiplier: 1.5,
    seed,
  }, () => {});
  const layout = new Layout(VERSION, symbols);
  const predictor = createPredictor(decodeKann(ann));
  const unseen = pick(false);
  const metrics = measure(
    Float64Array.from(
      unseen,
      ({ features }) => predictor.output(layout.vectorOf(features)),
    ),
    Uint8Array.from(unseen, ({ isSpam }) => isSpam ? 1 : 0),
  );
  return { ...metrics, seconds: durationMs / 1000 };
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
  figure("one training, s", seconds.toFixed(2), "≤ 5", seconds <= 5),
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
