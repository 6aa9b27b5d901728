/**
 * Files that models come in.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { type Model, openModel } from "../../model/model.ts";
import { profileDigest } from "../../model/profile.ts";
import {
  decodeRnm,
  RnmError,
  type RnmModel,
  type RnmProfile,
} from "../../model/rnm.ts";
import { NetworkError } from "../../nn/graph.ts";
import type { Store } from "../../store/store.ts";
import type { Network } from "../network.ts";

/** A file that is of no use, whatever the store has. */
export class ModelFileError extends Error {
  override name = "ModelFileError";
}

/** A file that was read. */
export interface ModelFile {
  rnm: RnmModel;
  /** Of its bytes, in hexadecimal. */
  sha256: string;
}

/**
 * Reads a model file.
 *
 * @throws {ModelFileError} when it is none
 */
export function readModelFile(bytes: Uint8Array): ModelFile {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { rnm: usable(() => decodeRnm(bytes)), sha256 };
}

/**
 * What a file holds, if it can be opened.
 *
 * @throws {ModelFileError} when it cannot
 */
export function usable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RnmError || error instanceof NetworkError) {
      throw new ModelFileError(error.message);
    }
    throw error;
  }
}

/**
 * Makes the model of a file ready to answer.
 *
 * @param network whose inputs are meant where the file does not say it
 * @throws {ModelFileError} when it cannot be
 * @throws {import("../../store/store.ts").StoreError} when the store fails
 */
export async function openFile(
  { rnm }: ModelFile,
  network: Network,
  store: Store,
): Promise<Model> {
  const profile = rnm.profile ?? await profileFor(network, store);
  return usable(() => openModel(rnm, profile));
}

/** What the inputs of a file of rspamd's mean: what those of the line do. */
async function profileFor(
  network: Network,
  store: Store,
): Promise<RnmProfile> {
  const [latest] = await store.profiles(network.series);
  const symbols = network.profileSymbols ?? latest?.profile.symbols;
  if (!symbols) {
    throw new ModelFileError(
      "the file does not say which symbols its inputs stand for, and there is " +
        "no profile yet to go by; configure one (profile), or import into a " +
        "store that has been used",
    );
  }
  return {
    digest: profileDigest(symbols),
    symbols: [...symbols],
    metatokenVersion: network.name.metatokens,
  };
}
