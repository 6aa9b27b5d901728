/**
 * Reading model files.
 *
 * @module
 */

import { type Model, openModel } from "../model/model.ts";
import { decodeRnm, RnmError } from "../model/rnm.ts";
import { NetworkError } from "../nn/graph.ts";
import { readFile } from "./input.ts";
import { UsageError } from "./usage_error.ts";

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
