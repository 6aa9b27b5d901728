/**
 * Model files, and scans as their models see them.
 *
 * @module
 */

import { featuresOf } from "../features/features.ts";
import type { Scan } from "../features/scan.ts";
import { type Model, openModel } from "../model/model.ts";
import { decodeRnm, RnmError } from "../model/rnm.ts";
import { NetworkError } from "../nn/graph.ts";
import type { SparseVector } from "../nn/sparse.ts";
import { readFile } from "./input.ts";
import { UsageError } from "./usage_error.ts";

/** What a model was not trained on, it does not look at. */
const NOTHING_EXCLUDED: ReadonlySet<string> = new Set();

/** Opens a model file. Throws {@linkcode UsageError}. */
export async function readModelFile(path: string): Promise<Model> {
  const file = await readFile(path);
  try {
    return openModel(decodeRnm(file));
  } catch (error) {
    if (error instanceof RnmError || error instanceof NetworkError) {
      throw new UsageError(`${path}: ${error.message}`);
    }
    throw error;
  }
}

/**
 * The vector of a scan for a model.
 *
 * @param place where the scan stands, for the message
 * @throws {UsageError} when its metatokens are not those of the model
 */
export function vectorFor(
  { layout }: Model,
  scan: Scan,
  place: string,
): SparseVector {
  const features = featuresOf(scan, layout.version, NOTHING_EXCLUDED);
  if (features.version !== layout.version) {
    throw new UsageError(
      `${place}: metatokens of version ${features.version}, and the model is for version ${layout.version}`,
    );
  }
  return layout.vectorOf(features);
}
