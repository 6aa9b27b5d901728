/**
 * Model files, and scans as their models see them.
 *
 * @module
 */

import { featuresOf } from "../features/features.ts";
import { headerOf, type LabelledHeader } from "../features/labelled.ts";
import { METATOKEN_VERSIONS } from "../features/metatokens.ts";
import { type Scan, ScanError } from "../features/scan.ts";
import { sortedNames } from "../features/symbol_names.ts";
import { type Model, openModel } from "../model/model.ts";
import { profileDigest } from "../model/profile.ts";
import { decodeRnm, RnmError, type RnmModel } from "../model/rnm.ts";
import { NetworkError } from "../nn/graph.ts";
import type { SparseVector } from "../nn/sparse.ts";
import type { FlagSpec } from "./flags.ts";
import { readFile } from "./input.ts";
import { readJson } from "./scans_input.ts";
import { UsageError } from "./usage_error.ts";

/** The flag that names what the inputs of a model stand for. */
export const PROFILE_FLAG = {
  kind: "text",
  value: "FILE",
  help:
    "the model's symbols, where it does not name them: a header, or a JSON list",
} satisfies FlagSpec;

/** What a model was not trained on, it does not look at. */
const NOTHING_EXCLUDED: ReadonlySet<string> = new Set();

/**
 * A model file. Those that rspamd wrote do not say what their inputs stand
 * for; then the header of the scans may.
 */
export class ModelFile {
  #path: string;
  #rnm: RnmModel;
  #model?: Model;

  private constructor(path: string, rnm: RnmModel) {
    this.#path = path;
    this.#rnm = rnm;
  }

  /**
   * Reads a model file.
   *
   * @param profile file that says what the inputs stand for, where the model
   * does not
   * @throws {UsageError} when one of them cannot be used
   */
  static async read(path: string, profile?: string): Promise<ModelFile> {
    const bytes = await readFile(path);
    const file = new ModelFile(path, told(path, () => decodeRnm(bytes)));
    const header = profile === undefined
      ? undefined
      : await readProfile(profile);
    if (file.#rnm.profile) {
      file.#model = told(path, () => openModel(file.#rnm));
    } else if (header) file.describe(header);
    return file;
  }

  /**
   * Takes what the header of the scans says of the inputs, if the model is not
   * described yet.
   *
   * @throws {UsageError} when that does not fit the model
   */
  describe({ symbols, metatokenVersion }: LabelledHeader): void {
    if (this.#model || !symbols) return;
    const digest = profileDigest(symbols);
    const versions = METATOKEN_VERSIONS.filter((version) =>
      metatokenVersion === undefined || version === metatokenVersion
    );
    let problem: unknown;
    for (const version of versions) {
      const profile = { digest, symbols, metatokenVersion: version };
      try {
        this.#model = told(this.#path, () => openModel(this.#rnm, profile));
        return;
      } catch (error) {
        problem = error;
      }
    }
    throw problem;
  }

  /** The model. Throws {@linkcode UsageError} when nothing describes it. */
  get model(): Model {
    if (this.#model) return this.#model;
    throw new UsageError(
      `${this.#path}: the file does not say which symbols its inputs stand for; --profile FILE says it`,
    );
  }
}

/** Reads a header, or a list of symbols. Throws {@linkcode UsageError}. */
async function readProfile(path: string): Promise<LabelledHeader> {
  for await (const { json, place } of readJson(path)) {
    const isList = Array.isArray(json) &&
      json.every((name) => typeof name === "string");
    const header = isList
      ? { symbols: sortedNames(json) }
      : told(place, () => headerOf(json));
    if (header?.symbols) return header;
    break;
  }
  throw new UsageError(
    `--profile: ${path}: a header with profile.symbols is needed, or a list of symbols`,
  );
}

/** Says which file is wrong. */
function told<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (
      error instanceof RnmError || error instanceof NetworkError ||
      error instanceof ScanError
    ) {
      throw new UsageError(`${place}: ${error.message}`);
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
