/**
 * Models as a store keeps them: one field for each part, under rspamd's names.
 *
 * @module
 */

import type { ModelFields, ProfileRecord } from "../store/store.ts";
import type { ClassCounts } from "../features/mail_class.ts";
import type { Calibration } from "../nn/quality/calibration.ts";
import type { Metrics } from "../nn/quality/metrics.ts";
import type { OutlinePoint } from "../nn/quality/roc_outline.ts";
import { compress, decompress, ZstdError } from "../zstd.ts";
import type { ModelOrigin } from "./origin.ts";
import {
  parseCalibration,
  parseThresholds,
  RnmError,
  type RnmModel,
} from "./rnm.ts";
import { parseTrainingRecord, type TrainingRecord } from "./training_record.ts";

/**
 * What is known of the training of a model. Of one that came in a file that is
 * no more than its record.
 */
export interface ModelTraining extends TrainingRecord {
  /** Unix time in seconds at which it ended. */
  at?: number;
  /** Trainings since the weights were random; 1 for the first. */
  usages?: number;
  /** Below which hash samples of a class were held out. */
  held_out?: ClassCounts;
  /** How the model before did on the same samples. */
  replaced_figures?: Metrics;
  /** What its architecture was chosen by; absent where it was not. */
  cross_validation?: { architecture: string; auc: number; error: number }[];
  /** Makes a probability of its output; absent where too little was held out. */
  calibration?: Calibration;
  /**
   * Its ROC curve on the samples of `figures`, in few points; absent in models
   * of older versions.
   */
  roc?: OutlinePoint[];
  /** Mean cost of each epoch, in nats. */
  costs?: number[];
  duration_ms?: number;
}

/** Most that one part of a stored model may unpack to. */
const MAX_PART_BYTES = 64 * 2 ** 20;

/** The parts of a model that a training makes. */
export type TrainedParts = Pick<
  RnmModel,
  "ann" | "pca" | "normStats" | "rocThresholds"
>;

/**
 * Takes a model apart into fields.
 *
 * @param training what is known of it; nothing if rspamd trained it
 */
export function toFields(
  model: TrainedParts,
  training?: ModelTraining,
): ModelFields {
  const fields: ModelFields = {
    ann: compress(model.ann),
    // As rspamd writes it where it has none.
    roc_thresholds: json(model.rocThresholds ?? []),
  };
  if (training) fields.training = json(training);
  if (model.pca) fields.pca = compress(model.pca);
  if (model.normStats) fields.norm_stats = json(model.normStats);
  return fields;
}

/** Takes a model from a file apart into fields. */
export function importedFields(rnm: RnmModel): ModelFields {
  const fields = toFields(rnm, rnm.training);
  if (rnm.calibration) fields.calibration = json(rnm.calibration);
  return fields;
}

/**
 * Puts the fields of a stored model together.
 *
 * @throws {RnmError} when a field is missing or damaged; it names the field
 */
export function fromFields(
  fields: ModelFields,
  profile: ProfileRecord,
  metatokenVersion: number,
): RnmModel {
  const ann = unpack(fields, "ann");
  const training = trainingOf(fields);
  if (!ann) throw new RnmError("the model has no field ann");
  return {
    modelVersion: profile.version,
    ann,
    pca: unpack(fields, "pca"),
    normStats: parse(fields, "norm_stats"),
    rocThresholds: parseThresholds(parse(fields, "roc_thresholds")),
    providersDigest: profile.providers_digest,
    profile: {
      digest: profile.digest,
      symbols: profile.symbols,
      metatokenVersion,
    },
    calibration: parseCalibration(
      parse(fields, "calibration") ?? training?.calibration,
    ),
    training: recordIn(training),
  };
}

/** A model is as good without a record, so one that makes no sense is none. */
function recordIn(training: unknown): TrainingRecord | undefined {
  try {
    return parseTrainingRecord(training);
  } catch (error) {
    if (error instanceof RnmError) return undefined;
    throw error;
  }
}

/** What is known of the training of a stored model, if neurald trained it. */
export function trainingOf(fields: ModelFields): ModelTraining | undefined {
  return parse(fields, "training") as ModelTraining | undefined;
}

/** Since when a model is there, in unix time, if that is known. */
export function publishedAt(
  { origin, training }: { origin: ModelOrigin; training?: ModelTraining },
): number | undefined {
  return origin.kind === "trained" ? training?.at : origin.at;
}

function json(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

function unpack(fields: ModelFields, name: string): Uint8Array | undefined {
  const bytes = fields[name];
  if (!bytes) return undefined;
  try {
    return decompress(bytes, MAX_PART_BYTES);
  } catch (error) {
    if (!(error instanceof ZstdError)) throw error;
    throw new RnmError(`field ${name}: ${error.message}`);
  }
}

function parse(fields: ModelFields, name: string): unknown {
  const bytes = fields[name];
  if (!bytes) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new RnmError(`field ${name}: ${(error as Error).message}`);
  }
}
