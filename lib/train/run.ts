/**
 * Carries out a training job, from stored samples to a judged network.
 *
 * @module
 */

import { Layout } from "../features/layout.ts";
import { type Architecture, architectureOf } from "../nn/architectures.ts";
import type { Dataset } from "../nn/dataset.ts";
import { type FoldedNetwork, foldTransform } from "../nn/fold.ts";
import type { Graph } from "../nn/graph.ts";
import { encodeKann } from "../nn/kann.ts";
import { normalizationJson } from "../nn/normalization.ts";
import { encodeProjection } from "../nn/pca.ts";
import { fitCalibration } from "../nn/quality/calibration.ts";
import { judge, type Judgement } from "../nn/quality/gate.ts";
import { rocCurve } from "../nn/quality/roc.ts";
import { rocOutline } from "../nn/quality/roc_outline.ts";
import { rocThresholds } from "../nn/quality/roc_thresholds.ts";
import {
  type EpochReport,
  PROCEDURES,
  type StartingPoint,
} from "../nn/training/options.ts";
import { TrainingError, trainNetwork } from "../nn/training/train.ts";
import { transformDataset } from "../nn/transform.ts";
import { candidatesFor } from "./candidates.ts";
import { chooseArchitecture, trainingsToChoose } from "./choose.ts";
import { split } from "./held_out.ts";
import { fitTransform, inputSymbols, vectorsOf } from "./inputs.ts";
import type { HeldOutShare, TrainingJob, TrainingResult } from "./job.ts";
import { answers, type NamedNetwork, openNetwork } from "./named_network.ts";
import { isLaterThan, readPool } from "./pool.ts";
import { checkPool } from "./too_few_error.ts";

/** A network that went wrong is trained again from another seed. */
const MOST_ATTEMPTS = 3;
/** Far from the seeds of the trainings for the choice of an architecture. */
const NEXT_SEED = 1009;

/**
 * Carries out a training job.
 *
 * @param onEpoch called after each epoch
 * @throws {import("./too_few_error.ts").TooFewError} when there are too few
 * samples
 * @throws {import("./too_few_error.ts").TooFewNewError} when too few are new
 * enough to judge by
 * @throws {TrainingError} when the network would be too large, or training fails
 * @throws {import("../nn/graph.ts").NetworkError} when the current network is
 * damaged
 * @throws {import("../nn/transform.ts").DatasetSizeError} when there are more
 * samples than can be normalised or projected
 */
export function runTraining(
  job: TrainingJob,
  onEpoch: (report: EpochReport) => void,
): TrainingResult {
  const started = performance.now();
  const pool = readPool(job, job.metatokenVersion);
  checkPool(pool);
  const current = job.current && openNetwork(job.current, job.metatokenVersion);
  const origin = current && canGoOn(job, current) ? current : undefined;
  const layout = new Layout(
    job.metatokenVersion,
    inputSymbols(job, pool, origin?.layout.symbols),
  );
  const { training, judging, share } = split(
    pool.hashes,
    pool.data.isSpam,
    {
      unseenBy: [job.current?.heldOut],
      isNew: isLaterThan(job.judgeAfter, pool),
    },
  );
  const vectors = vectorsOf(pool, training, layout);
  const transform = fitTransform(job, vectors);
  const data = transformDataset(vectors, transform);
  const candidates = candidatesFor(job, data, origin?.graph);
  const trainer = new CountingTrainer(
    job,
    trainingsToChoose(candidates) + 1,
    onEpoch,
  );
  const { architecture, crossValidation } = chooseArchitecture(
    data,
    candidates,
    (...args) => trainer.train(...args),
    job.seed,
  );
  const isSpam = Uint8Array.from(judging, (row) => pool.data.isSpam[row]);
  const others = current && answers(current, pool, judging);
  const start = origin &&
    { graph: origin.graph, inputOf: layout.elementsOf(origin.layout) };
  const { network, costs, wentOn, outputs, judgement } = firstSound(
    (attempt) => {
      const seed = job.seed + attempt * NEXT_SEED;
      // Where weights have gone wrong, others are begun with.
      const begin = attempt === 0 ? start : undefined;
      const graph = trainer.train(data, architecture, seed, begin);
      const network = foldTransform(graph, transform);
      const outputs = answers({ ...network, layout }, pool, judging);
      const judgement = judge({ isSpam, candidate: outputs, current: others });
      const wentOn = begin !== undefined;
      return { network, costs: trainer.costs, wentOn, outputs, judgement };
    },
  );
  return {
    ...partsOf(network),
    architecture,
    crossValidation,
    symbols: [...layout.symbols],
    trainedOn: countClasses(pool.data.isSpam, training),
    wentOn,
    heldOut: wentOn ? unseenBy(share, job.current?.heldOut) : share,
    ...judgement,
    roc: rocOutline(rocCurve(outputs, isSpam), judgement.candidate.n),
    calibration: judgement.refusal
      ? undefined
      : fitCalibration(outputs, isSpam),
    thresholds: job.misclassificationCost === undefined
      ? undefined
      : rocThresholds(outputs, isSpam, job.misclassificationCost),
    costs,
    unreadable: pool.unreadable,
    durationMs: performance.now() - started,
  };
}

/**
 * Weights are about vectors as they are, or as one network had them made; and
 * those of one architecture are of no use to another.
 */
function canGoOn(
  { goOn, architecture, normalization = "none", maxInputs }: TrainingJob,
  { graph, transform }: NamedNetwork,
): boolean {
  const isPlain = !transform?.normalization && !transform?.projection &&
    normalization === "none" && maxInputs === undefined;
  const known = architectureOf(graph);
  return goOn && isPlain && known !== undefined &&
    (architecture === "auto" || architecture === known);
}

/** Trains one network after another, and counts the epochs of all. */
class CountingTrainer {
  /** Mean cost of each epoch of the last training. */
  costs: number[] = [];
  readonly #job: TrainingJob;
  readonly #onEpoch: (report: EpochReport) => void;
  /** Trainings to come, with the one under way. */
  #left: number;
  #done = 0;

  constructor(
    job: TrainingJob,
    trainings: number,
    onEpoch: (report: EpochReport) => void,
  ) {
    this.#job = job;
    this.#left = trainings;
    this.#onEpoch = onEpoch;
  }

  train(
    data: Dataset,
    architecture: Architecture,
    seed: number,
    start?: StartingPoint,
  ): Graph {
    const { procedure, hiddenLayerMultiplier } = this.#job;
    this.costs = [];
    try {
      return trainNetwork(data, {
        architecture,
        hiddenLayerMultiplier,
        procedure: { ...PROCEDURES[architecture], ...procedure },
        seed,
        start,
        onEpoch: (report) => {
          this.costs.push(report.cost);
          this.#onEpoch({
            ...report,
            epoch: this.#done + report.epoch,
            epochs: this.#done + Math.max(1, this.#left) * report.epochs,
          });
        },
      });
    } finally {
      this.#done += this.costs.length;
      this.#left--;
    }
  }
}

/**
 * What comes of the first attempt that is of use; else of the last that gave
 * anything, or why none did.
 */
function firstSound<T extends { judgement: Judgement }>(
  attempt: (number: number) => T,
): T {
  let last: T | undefined;
  let failure: unknown;
  for (let number = 0; number < MOST_ATTEMPTS; number++) {
    try {
      last = attempt(number);
      if (!last.judgement.refusal?.degenerate) break;
    } catch (error) {
      if (!(error instanceof TrainingError)) throw error;
      failure = error;
    }
  }
  if (!last) throw failure;
  return last;
}

/** The parts of a model file. */
function partsOf(
  { graph, transform: { normalization, projection } }: FoldedNetwork,
): Pick<TrainingResult, "ann" | "pca" | "normStats"> {
  return {
    ann: encodeKann(graph),
    pca: projection && encodeProjection(projection),
    normStats: normalization && normalizationJson(normalization),
  };
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
