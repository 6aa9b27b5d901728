/**
 * One training of one line of networks, from its pool to its model.
 *
 * @module
 */

import type { Config, RuleConfig } from "../config/config.ts";
import type { ClassCounts } from "../features/mail_class.ts";
import { type ModelTraining, toFields } from "../model/stored_model.ts";
import { ARCHITECTURES } from "../nn/architectures.ts";
import type { Metrics } from "../nn/quality/metrics.ts";
import { costCurve } from "../nn/training/cost_curve.ts";
import type { Settlement, StoredSamples } from "../store/store.ts";
import type {
  TrainingJob,
  TrainingResult,
  UnreadableSample,
} from "../train/job.ts";
import { TrainerError } from "../train/trainer.ts";
import { isTunable } from "./external/fine_tuning.ts";
import { knownNetwork, type Network } from "./network.ts";
import { publishModel } from "./publishing.ts";
import type { TrainingContext } from "./training_context.ts";

/** What became of a training, as it is kept and shown. */
export interface TrainingReport {
  /** `waiting`: there is not enough yet to judge by. */
  outcome: "published" | "refused" | "failed" | "waiting";
  /** Why nothing was published. */
  reason?: string;
  /** Version of the model that was published. */
  version?: number;
  seed: number;
  /**
   * Whether it went on from the weights of the model in service; absent where
   * it failed.
   */
  went_on?: boolean;
  trained_on?: ClassCounts;
  /** On samples that it was not trained on. */
  figures?: Metrics;
  /** Of the model that was in service, on the same samples. */
  current_figures?: Metrics;
  /** Samples that could not be read and were set aside. */
  unreadable?: number;
  /**
   * Mean costs of its epochs in nats, of several together where there were
   * many; absent where it failed.
   */
  costs?: number[];
  duration_ms?: number;
}

/** How often it is told how far a training is. */
const PROGRESS_MS = 30_000;

/** After this many trainings that gave nothing, the samples are used up. */
const MOST_ATTEMPTS = 3;

/**
 * Trains a line of networks whose lock is held, puts the model into service if
 * it passes, and releases the lock.
 *
 * @throws the reason of the signal when it is aborted; the lock is then still
 * held
 * @throws {import("../store/store.ts").StoreError} when the store fails
 */
export async function trainLocked(
  network: Network,
  context: TrainingContext,
  signal: AbortSignal,
): Promise<TrainingReport> {
  const samples = await context.store.samples(network.series);
  const settlement: Settlement = {
    upTo: samples.ids.at(-1) ?? 0,
    retain: retainedSamples(network, context.config),
  };
  const job = jobOf(network, context, samples);
  context.log.info("a training begins", {
    series: network.series,
    samples: samples.ids.length,
    seed: job.seed,
  });
  let result: TrainingResult;
  try {
    result = await trainWithProgress(network, job, context, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TrainerError)) throw error;
    await setAside(network, context, error.unreadable);
    return await giveUp(network, context, {
      outcome: error.waits ? "waiting" : "failed",
      reason: error.message,
      seed: job.seed,
      unreadable: error.unreadable.length,
    });
  }
  await setAside(network, context, result.unreadable);
  const report: TrainingReport = {
    outcome: "published",
    seed: job.seed,
    went_on: result.wentOn,
    trained_on: result.trainedOn,
    figures: result.candidate,
    current_figures: result.current,
    unreadable: result.unreadable.length,
    costs: costCurve(result.costs),
    duration_ms: Math.round(result.durationMs),
  };
  if (result.refusal) {
    const { reason, degenerate } = result.refusal;
    // With another seed the same samples may give something better than
    // nothing, but hardly something better than the model in service.
    const usedUp = !degenerate || network.failures + 1 >= MOST_ATTEMPTS;
    return await giveUp(
      network,
      context,
      { ...report, outcome: "refused", reason },
      usedUp ? settlement : undefined,
    );
  }
  return await publish(network, context, job, result, settlement, report);
}

/** Keeps samples that cannot be read from the next trainings. */
async function setAside(
  { series }: Network,
  { store }: TrainingContext,
  unreadable: UnreadableSample[],
): Promise<void> {
  if (unreadable.length > 0) await store.quarantine(series, unreadable);
}

/**
 * How many samples of each class stay after a training, to judge the next
 * ones and to train with them: those of as many trainings as the last one of a
 * line goes on from, so that nothing older has a say.
 */
function retainedSamples({ rule }: Network, { neurald }: Config): number {
  const { maxTrains, maxUsages } = rule.train;
  return Math.min(neurald.maxPool, maxTrains * maxUsages);
}

function jobOf(
  network: Network,
  { excludedFrom, nextSeed }: TrainingContext,
  { bytes, ends, isSpam, ids }: StoredSamples,
): TrainingJob {
  const { rule, live, name } = network;
  const { maxIterations, learningRate, maxUsages } = rule.train;
  const usages = isTunable(network) ? 0 : live?.training?.usages ?? Infinity;
  return {
    bytes,
    ends,
    isSpam,
    ids,
    metatokenVersion: name.metatokens,
    symbols: network.symbols,
    excluded: [...excludedFrom(rule)],
    current: live && knownNetwork(live),
    judgeAfter: network.judgeAfter,
    goOn: usages <= maxUsages && network.failures === 0,
    architecture: trainable(rule.architecture),
    hiddenLayerMultiplier: rule.hiddenLayerMultiplier,
    procedure: { epochs: maxIterations, ...learningRate && { learningRate } },
    normalization: rule.fusion.normalization,
    maxInputs: rule.maxInputs,
    misclassificationCost: rule.rocEnabled
      ? rule.rocMisclassificationCost
      : undefined,
    seed: nextSeed(),
  };
}

/** Architectures that cannot be trained yet are named by a warning at start. */
function trainable(
  architecture: RuleConfig["architecture"],
): TrainingJob["architecture"] {
  return ARCHITECTURES.find((known) => known === architecture) ?? "auto";
}

async function trainWithProgress(
  network: Network,
  job: TrainingJob,
  { config, now, trainer, log }: TrainingContext,
  signal: AbortSignal,
): Promise<TrainingResult> {
  const started_at = now();
  const { maxIterations } = network.rule.train;
  network.progress = { started_at, epoch: 0, epochs: maxIterations };
  const { series } = network;
  const telling = setInterval(() => {
    const { epoch, epochs } = network.progress!;
    log.info("a training goes on", { series, epoch, epochs });
  }, PROGRESS_MS);
  try {
    return await trainer.train(job, {
      timeoutMs: config.neurald.trainTimeoutSeconds * 1000,
      signal,
      onEpoch: ({ epoch, epochs }) => {
        network.progress = { started_at, epoch, epochs };
      },
    });
  } finally {
    clearInterval(telling);
    network.progress = undefined;
  }
}

/** Records a training that gave nothing, and puts the next one off. */
async function giveUp(
  network: Network,
  { store, holder, now, log }: TrainingContext,
  report: TrainingReport,
  settlement?: Settlement,
): Promise<TrainingReport> {
  const { series } = network;
  const record = JSON.stringify(report);
  await store.recordTraining(series, holder, record, settlement);
  network.postpone(now());
  const level = report.outcome === "waiting" ? "info" : "warn";
  const { outcome, reason, duration_ms, trained_on, figures } = report;
  log[level]("a training gave no model", {
    series,
    outcome,
    reason,
    duration_ms,
    trained_on,
    auc: figures?.auc,
    error: figures?.error,
  });
  return report;
}

/** What a model consists of, under the names of a model file. */
function partsOf({ ann, pca, normStats, thresholds }: TrainingResult) {
  return {
    ann,
    pca,
    normStats,
    rocThresholds: thresholds &&
      [thresholds.spam, thresholds.ham] as [number, number],
  };
}

/** Publishes a network, if the lock is still held, and serves it. */
async function publish(
  network: Network,
  context: TrainingContext,
  job: TrainingJob,
  result: TrainingResult,
  settlement: Settlement,
  report: TrainingReport,
): Promise<TrainingReport> {
  const training: ModelTraining = {
    at: context.now(),
    architecture: result.architecture,
    cross_validation: result.crossValidation.length > 0
      ? result.crossValidation
      : undefined,
    seed: job.seed,
    usages: result.wentOn ? 1 + (network.live?.training?.usages ?? 0) : 1,
    trained_on: result.trainedOn,
    held_out: result.heldOut,
    figures: result.candidate,
    replaced_figures: result.current,
    calibration: result.calibration,
    roc: result.roc,
    costs: result.costs,
    duration_ms: Math.round(result.durationMs),
  };
  const live = await publishModel(network, context, {
    symbols: result.symbols,
    fields: toFields(partsOf(result), training),
    settlement,
    record: (version) => ({ ...report, version }),
  });
  if (!live) {
    const reason = "another host took the training lock";
    return await giveUp(network, context, {
      ...report,
      outcome: "failed",
      reason,
    });
  }
  const { version } = live.model;
  context.log.info("a model was trained and is in service", {
    series: network.series,
    version,
    duration_ms: report.duration_ms,
    trained_on: report.trained_on,
    auc: result.candidate.auc,
    error: result.candidate.error,
  });
  return { ...report, version };
}
