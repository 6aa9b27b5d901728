/**
 * Changes of models that no training makes.
 *
 * @module
 */

import { carriedOver } from "../../model/carry_over.ts";
import type { Model } from "../../model/model.ts";
import type { ModelOrigin } from "../../model/origin.ts";
import { profileDigest } from "../../model/profile.ts";
import { RnmError } from "../../model/rnm.ts";
import { NetworkError } from "../../nn/graph.ts";
import type { Metrics } from "../../nn/quality/metrics.ts";
import type { ModelFields } from "../../store/store.ts";
import type { LiveModel, Network } from "../network.ts";
import { type NewModel, publishModel } from "../publishing.ts";
import type { ModelKeeper } from "./keeper.ts";

/** What became of a change, as it is kept among the records of trainings. */
export interface ChangeReport {
  outcome: "rolled back" | "imported" | "fetched" | "deleted";
  /** Version of the model that came, or of the one that went. */
  version: number;
  origin?: ModelOrigin;
  /** On samples of the pool, where it was judged. */
  figures?: Metrics;
  /** Of the model that was in service, on the same samples. */
  current_figures?: Metrics;
}

const OUTCOMES: readonly string[] = [
  "rolled back",
  "imported",
  "fetched",
  "deleted",
] satisfies ChangeReport["outcome"][];

/** Tells the record of a change from that of a training. */
export function isChange<T extends { at: number }>(
  record: (ChangeReport | { outcome: string }) & T,
): record is ChangeReport & T {
  return OUTCOMES.includes(record.outcome);
}

/** A change that cannot be made as things are. */
export class ModelChangeError extends Error {
  override name = "ModelChangeError";
}

/** A model with the symbols that its line goes by. */
export interface FittingModel {
  symbols: readonly string[];
  fields: ModelFields;
}

/**
 * Gives a model the symbols that are configured, or that rspamd has decided
 * on; where nobody has, it keeps its own.
 *
 * @param fields its parts
 * @throws {ModelChangeError} when it would have to have others and cannot
 */
export function fitting(
  { symbols }: Network,
  model: Model,
  fields: ModelFields,
): FittingModel {
  const own = model.layout.symbols;
  if (!symbols || profileDigest(symbols) === model.digest) {
    return { symbols: own, fields };
  }
  const carried = carriedOver(model, fields, symbols);
  if (carried) return { symbols, fields: carried };
  throw new ModelChangeError(
    `the model is for ${own.length} other symbols than the ${symbols.length} ` +
      "of today, and does more to its inputs than to weigh them " +
      "(normalization, projection), so it cannot be carried over by their names",
  );
}

/**
 * Publishes a model that no training has made, and serves it.
 *
 * @throws {ModelChangeError} when another host took the lock
 */
export async function publishChange(
  network: Network,
  { context }: ModelKeeper,
  model: NewModel,
): Promise<LiveModel> {
  const live = await publishModel(network, context, model);
  if (live) return live;
  throw new ModelChangeError(
    "another host took the training lock; nothing was changed, try again",
  );
}

/**
 * What a part of a model is wrong with, told as a reason.
 *
 * @param what which model
 * @param read opens it
 * @throws {ModelChangeError} when it cannot be opened
 */
export function opened<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RnmError || error instanceof NetworkError) {
      throw new ModelChangeError(`${what}: ${error.message}`);
    }
    throw error;
  }
}
