// deno-lint-ignore-file no-console
/**
 * neurald's training procedure beside KANN's own: the same network, trained
 * on the same random halves of the corpus and judged by the others.
 *
 * @module
 */

import { featuresOf } from "../lib/features/features.ts";
import { Layout } from "../lib/features/layout.ts";
import { encodeSample } from "../lib/features/sample.ts";
import { parseScan } from "../lib/features/scan.ts";
import { decodeKann } from "../lib/nn/kann.ts";
import { createPredictor } from "../lib/nn/predictor.ts";
import { measure, type Metrics } from "../lib/nn/quality/metrics.ts";
import { Random } from "../lib/nn/random.ts";
import {
  DEFAULT_PROCEDURE,
  KANN_PROCEDURE,
  type Procedure,
} from "../lib/nn/training/options.ts";
import { packSamples } from "../lib/train/pool.ts";
import { runTraining } from "../lib/train/run.ts";
import { corpusLines } from "./corpus.ts";
import { median } from "./report.ts";

const HALVES = Number(Deno.args[0] ?? 20);
const VERSION = 3;

const messages = corpusLines().map((line) => {
  const json = JSON.parse(line);
  const features = featuresOf(parseScan(json), VERSION, new Set());
  return {
    isSpam: json.class === "spam",
    features,
    bytes: encodeSample(features),
  };
});
type Message = typeof messages[number];

/** Half of each class, at random, and the rest. */
function halve(random: Random): [learned: Message[], unseen: Message[]] {
  const order = Uint32Array.from(messages.keys());
  random.shuffle(order);
  const halves: [Message[], Message[]] = [[], []];
  const counts = { true: 0, false: 0 };
  for (const i of order) {
    const message = messages[i];
    halves[counts[`${message.isSpam}`]++ % 2].push(message);
  }
  return halves;
}

function trainAndMeasure(
  learned: Message[],
  unseen: Message[],
  procedure: Procedure,
  seed: number,
): Metrics & { seconds: number } {
  const { ann, symbols, durationMs } = runTraining({
    ...packSamples(learned),
    metatokenVersion: VERSION,
    excluded: [],
    goOn: false,
    architecture: "symbol",
    hiddenLayerMultiplier: 1.5,
    procedure,
    seed,
  }, () => {});
  const layout = new Layout(VERSION, symbols);
  const predictor = createPredictor(decodeKann(ann));
  const metrics = measure(
    Float64Array.from(
      unseen,
      ({ features }) => predictor.output(layout.vectorOf(features)),
    ),
    Uint8Array.from(unseen, ({ isSpam }) => isSpam ? 1 : 0),
  );
  return { ...metrics, seconds: durationMs / 1000 };
}

const procedures = { neurald: DEFAULT_PROCEDURE, KANN: KANN_PROCEDURE };
const results: Record<string, (Metrics & { seconds: number })[]> = {
  neurald: [],
  KANN: [],
};
for (let seed = 1; seed <= HALVES; seed++) {
  const [learned, unseen] = halve(new Random(seed));
  for (const [name, procedure] of Object.entries(procedures)) {
    results[name].push(trainAndMeasure(learned, unseen, procedure, seed));
  }
}

const percent = (rate: number) => `${(100 * rate).toFixed(2)} %`;
console.log(`${HALVES} random halves of the corpus, each learned and judged:`);
for (const [name, all] of Object.entries(results)) {
  const aucs = all.map(({ auc }) => auc);
  const errors = all.map(({ error }) => error);
  const seconds = median(all.map(({ seconds }) => seconds));
  console.log(
    `${name.padEnd(8)}  AUC median ${median(aucs).toFixed(4)}, least ${
      Math.min(...aucs).toFixed(4)
    }  error median ${percent(median(errors))}, greatest ${
      percent(Math.max(...errors))
    }  ${seconds.toFixed(2)} s`,
  );
}
