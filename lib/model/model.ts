/**
 * Models: networks that are ready to answer, with what their inputs mean.
 *
 * @module
 */

import { Layout } from "../features/layout.ts";
import {
  METATOKEN_VERSIONS,
  type MetatokenVersion,
} from "../features/metatokens.ts";
import { sortedNames } from "../features/symbol_names.ts";
import type { Graph } from "../nn/graph.ts";
import { decodeKann } from "../nn/kann.ts";
import { parseNormalization } from "../nn/normalization.ts";
import { decodeProjection } from "../nn/pca.ts";
import {
  createPredictor,
  type InputTransform,
  type Predictor,
} from "../nn/predictor.ts";
import type { Calibration } from "../nn/quality/calibration.ts";
import { profileDigest } from "./profile.ts";
import { RnmError, type RnmModel } from "./rnm.ts";

/** A network that is ready to answer. */
export interface Model {
  /** How often it has been trained. */
  version: number;
  /** Digest of its symbols. */
  digest: string;
  /** What its inputs mean. */
  layout: Layout;
  /** The network itself. */
  graph: Graph;
  /** What is done to vectors before the network sees them. */
  transform: InputTransform;
  /** `roc_thresholds`: least output for spam, and, sign turned, for ham. */
  rocThresholds?: [number, number];
  /** Makes a probability of its output, where that was found out. */
  calibration?: Calibration;
  /** Answers vectors of `layout`. */
  predictor: Predictor;
}

/**
 * Makes a model ready to answer.
 *
 * @param rnm what a file or a store says of it
 * @param profile what its inputs stand for, where it does not say so itself
 * @throws {RnmError} when that is not known, or does not fit the network
 * @throws {import("../nn/graph.ts").NetworkError} when the network, its PCA
 * matrix or its normalisation are damaged
 */
export function openModel(
  rnm: RnmModel,
  profile = rnm.profile,
): Model {
  if (!profile) {
    throw new RnmError(
      "the file does not say which symbols its inputs stand for (profile), as files written by neurald do",
    );
  }
  const { symbols, metatokenVersion } = profile;
  if (!METATOKEN_VERSIONS.includes(metatokenVersion as MetatokenVersion)) {
    throw new RnmError(`metatokens of version ${metatokenVersion} are unknown`);
  }
  const layout = new Layout(metatokenVersion as MetatokenVersion, symbols);
  checkOrder(symbols, profile.digest);
  const graph = decodeKann(rnm.ann);
  const transform: InputTransform = {
    normalization: rnm.normStats
      ? parseNormalization(rnm.normStats)
      : undefined,
    projection: rnm.pca && decodeProjection(rnm.pca),
  };
  const predictor = createPredictor(graph, transform);
  if (predictor.inputs !== layout.length) {
    throw new RnmError(
      `the network has ${predictor.inputs} inputs, and its profile names ${layout.length}`,
    );
  }
  return {
    version: rnm.modelVersion,
    digest: profile.digest,
    layout,
    graph,
    transform,
    rocThresholds: rnm.rocThresholds,
    calibration: rnm.calibration,
    predictor,
  };
}

/** The order of the symbols is the meaning of the inputs. */
function checkOrder(symbols: readonly string[], digest: string): void {
  const sorted = sortedNames(symbols);
  if (sorted.length !== symbols.length) {
    throw new RnmError("the profile names a symbol twice");
  }
  if (sorted.some((name, i) => name !== symbols[i])) {
    throw new RnmError("the symbols of the profile are not sorted");
  }
  if (profileDigest(symbols) !== digest) {
    throw new RnmError("the digest of the profile is not that of its symbols");
  }
}
