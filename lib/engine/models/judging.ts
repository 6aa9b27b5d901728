/**
 * Models from elsewhere, judged by the pool before they are served.
 *
 * @module
 */

import { type Model, openModel } from "../../model/model.ts";
import { profileDigest } from "../../model/profile.ts";
import { fromFields } from "../../model/stored_model.ts";
import type { Judgement } from "../../nn/quality/gate.ts";
import { knownNetwork, type Network } from "../network.ts";
import type { TrainingContext } from "../training_context.ts";
import type { FittingModel } from "./change.ts";
import { usable } from "./model_file.ts";

/**
 * Judges a model by samples of the pool, beside the one in service.
 *
 * @throws {import("./model_file.ts").ModelFileError} when it cannot be opened
 * @throws {import("../../train/trainer.ts").TrainerError} when the pool does
 * not suffice, or it is aborted
 * @throws {import("../../store/store.ts").StoreError} when the store fails
 */
export async function judgeModel(
  parts: FittingModel,
  network: Network,
  { store, trainer, config }: TrainingContext,
  signal: AbortSignal,
): Promise<Judgement> {
  const { live, series, name, judgeAfter } = network;
  const model = asServed(parts, network);
  const { bytes, ends, isSpam, ids } = await store.samples(series);
  return await trainer.judge({
    bytes,
    ends,
    isSpam,
    ids,
    metatokenVersion: name.metatokens,
    candidate: knownNetwork({ model }),
    current: live && knownNetwork(live),
    judgeAfter,
  }, { timeoutMs: config.neurald.trainTimeoutSeconds * 1000, signal });
}

/** The model as it would be served. */
function asServed(
  { symbols, fields }: FittingModel,
  { name }: Network,
): Model {
  const profile = {
    digest: profileDigest(symbols),
    symbols: [...symbols],
    version: 0,
    redis_key: "",
  };
  return usable(() => openModel(fromFields(fields, profile, name.metatokens)));
}
