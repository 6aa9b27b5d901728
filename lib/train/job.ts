/**
 * What the trainer is asked, and what it answers. All of it can be sent to
 * and from a worker.
 *
 * @module
 */

import type { MetatokenVersion } from "../features/metatokens.ts";
import type { Architecture } from "../nn/architectures.ts";
import type { InputTransform } from "../nn/predictor.ts";
import type { Normalization } from "../nn/normalization.ts";
import type { Calibration } from "../nn/quality/calibration.ts";
import type { Judgement, Refusal } from "../nn/quality/gate.ts";
import type { Metrics } from "../nn/quality/metrics.ts";
import type { OutlinePoint } from "../nn/quality/roc_outline.ts";
import type { RocThresholds } from "../nn/quality/roc_thresholds.ts";
import type { EpochReport, Procedure } from "../nn/training/options.ts";
import type { CrossValidation } from "./choose.ts";

/** A network that is there already. */
export interface KnownNetwork {
  /** In KANN's format. */
  ann: Uint8Array;
  /** What its inputs mean, after the metatokens. */
  symbols: readonly string[];
  /** What is done to its vectors; with any, no training goes on from it. */
  transform?: InputTransform;
  /** Which samples it has not seen, if that is known. */
  heldOut?: HeldOutShare;
}

/** Samples whose hash is below this share of all hashes, by class. */
export interface HeldOutShare {
  spam: number;
  ham: number;
}

/** What trainings and judgements have in common. */
export interface PoolJob {
  /** The samples, one after the other (`lib/features/sample.ts`). */
  bytes: Uint8Array;
  /** Where each of them ends. */
  ends: Uint32Array;
  /** 1 for spam, 0 for ham. */
  isSpam: Uint8Array;
  /** Identifies each of them in the answer. */
  ids: Float64Array;
  /** Samples with other metatokens are set aside. */
  metatokenVersion: MetatokenVersion;
  /** The network in service, by which a new one is measured. */
  current?: KnownNetwork;
  /**
   * The newest sample that does not judge, nor do those before: with these,
   * the network in service was rolled back to.
   */
  judgeAfter?: number;
}

/** A network to be judged. */
export interface JudgingJob extends PoolJob {
  candidate: KnownNetwork;
}

/** A network to be trained. */
export interface TrainingJob extends PoolJob {
  /** The symbols, sorted; those that occur, if they are not given. */
  symbols?: readonly string[];
  /** Symbols that are never an input. */
  excluded: readonly string[];
  /**
   * Whether to go on from the weights of the current network, if its
   * architecture is still wanted and neither has a normalization or projection.
   */
  goOn: boolean;
  /** `auto`: chosen by cross-validation. */
  architecture: Architecture | "auto";
  /** Hidden units for each input; only of `symbol`. */
  hiddenLayerMultiplier: number;
  /** What is to differ from the procedure of the architecture. */
  procedure?: Partial<Procedure>;
  /** How vectors are scaled; not at all if it is left out. */
  normalization?: "none" | Normalization["mode"];
  /** Longer vectors are projected to so many inputs. */
  maxInputs?: number;
  /**
   * What spam taken for ham costs, against the other way round, between 0 and 1;
   * without it no thresholds are looked for.
   */
  misclassificationCost?: number;
  seed: number;
}

/** A sample that could not be used, and why. */
export interface UnreadableSample {
  id: number;
  reason: string;
}

/** What became of a job. */
export interface TrainingResult {
  /** The symbols that the network was trained on. */
  symbols: string[];
  /** The network in KANN's format. */
  ann: Uint8Array<ArrayBuffer>;
  /** The projection before it, as rspamd saves it. */
  pca?: Uint8Array<ArrayBuffer>;
  /** The normalisation before that, as rspamd's JSON. */
  normStats?: unknown;
  architecture: Architecture;
  /** What it was chosen by; empty where it was not. */
  crossValidation: CrossValidation[];
  /** Whether it went on from the weights of the current network. */
  wentOn: boolean;
  /** Samples that it was trained on. */
  trainedOn: { spam: number; ham: number };
  /** Which samples it has not seen. */
  heldOut: HeldOutShare;
  /** How it does on samples that neither network has seen. */
  candidate: Metrics;
  /** How the current network does on the same. */
  current?: Metrics;
  /** Why it may not be put into service; absent when it may. */
  refusal?: Refusal;
  /** Makes a probability of its output. */
  calibration?: Calibration;
  /** From which outputs on it is worth while to say something. */
  thresholds?: RocThresholds;
  /** The ROC curve of `candidate`, in few points. */
  roc: OutlinePoint[];
  /** Mean cost of each epoch. */
  costs: number[];
  unreadable: UnreadableSample[];
  durationMs: number;
}

/** What the worker says while it works, and at last. */
export type WorkerMessage<Result = TrainingResult | Judgement> =
  | { kind: "epoch"; report: EpochReport }
  | { kind: "result"; result: Result }
  | {
    kind: "error";
    message: string;
    unreadable?: UnreadableSample[];
    /** Whether it is only too early. */
    waits: boolean;
  };

/** What a worker is told to do. */
export interface Order {
  job: TrainingJob | JudgingJob;
  /** See {@linkcode import("./control.ts").TrainingControl.shared}. */
  shared: Int32Array;
}
