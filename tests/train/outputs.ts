/** What the networks of trainings answer. */

import { assert } from "@std/assert";
import { decodeSample } from "../../lib/features/sample.ts";
import { type Model, openModel } from "../../lib/model/model.ts";
import { profileDigest } from "../../lib/model/profile.ts";
import { readPool } from "../../lib/train/pool.ts";
import type { KnownNetwork, TrainingResult } from "../../lib/train/job.ts";
import { type LabelledSample, packed } from "./corpus.ts";

/** The model that a training gives, as it is opened wherever it is stored. */
export function modelOf(result: TrainingResult): Model {
  const { ann, pca, normStats, symbols, calibration } = result;
  return openModel({
    modelVersion: 1,
    ann,
    pca,
    normStats,
    calibration,
    profile: { digest: profileDigest(symbols), symbols, metatokenVersion: 3 },
  });
}

/** What a model answers to samples. */
export function outputsOf(
  { layout, predictor }: Model,
  samples: readonly LabelledSample[],
): Float64Array {
  return Float64Array.from(samples, ({ bytes }) => {
    const { indices, values, length } = layout.vectorOf(decodeSample(bytes));
    // Training keeps float32.
    const rounded = Array.from(values, Math.fround);
    return predictor.output({ length, indices, values: rounded });
  });
}

/** The classes of samples: 1 for spam, 0 for ham. */
export function truthOf(samples: readonly LabelledSample[]): Uint8Array {
  return Uint8Array.from(samples, ({ isSpam }) => isSpam ? 1 : 0);
}

/** Samples below the shares of a result: those that it was judged by. */
export function heldOutOf(
  samples: readonly LabelledSample[],
  limits: TrainingResult["heldOut"],
): LabelledSample[] {
  const { hashes } = readPool(packed(samples), 3);
  return samples.filter(({ isSpam }, i) =>
    hashes[i] < limits[isSpam ? "spam" : "ham"]
  );
}

/** A result as the next training takes it. */
export function inService(result: TrainingResult): KnownNetwork {
  return {
    ann: result.ann,
    symbols: result.symbols,
    heldOut: result.heldOut,
  };
}

/** What has to be the same if a training is repeated. */
export function withoutDuration(
  { durationMs, ...result }: TrainingResult,
): Omit<TrainingResult, "durationMs"> {
  assert(durationMs > 0);
  return result;
}
