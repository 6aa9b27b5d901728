/**
 * Stored models as they are listed, and what they are called.
 *
 * @module
 */

import type { MetatokenVersion } from "../../features/metatokens.ts";
import { openModel } from "../../model/model.ts";
import {
  type ModelOrigin,
  ORIGIN_FIELD,
  originOf,
} from "../../model/origin.ts";
import {
  fromFields,
  type ModelTraining,
  publishedAt,
  trainingOf,
} from "../../model/stored_model.ts";
import { parseTrainingRecord } from "../../model/training_record.ts";
import { architectureOf } from "../../nn/architectures.ts";
import type { ModelFields, Store, StoredProfile } from "../../store/store.ts";
import type { Network } from "../network.ts";

/** A stored model, as it is listed. */
export interface ModelEntry {
  /**
   * `RULE:SETTINGS:VERSION`; where several have this, with `@METATOKENS` and
   * `~DIGEST` (the first 8 characters).
   */
  id: string;
  rule: string;
  settings: string;
  metatoken_version: MetatokenVersion;
  version: number;
  /** Under which the store has it. */
  key: string;
  /** Of its symbols. */
  digest: string;
  /** How many symbols it has. */
  symbols: number;
  /** True where there is a profile, and no model (any more). */
  stale: boolean;
  in_service: boolean;
  /** Unix time in seconds of the last publication or use. */
  used_at: number;
  /** Unix time in seconds since when it is there, if that is known. */
  published_at?: number;
  origin?: ModelOrigin;
  /** Nothing where rspamd trained it. */
  training?: ModelTraining;
  /** Why it cannot be used. */
  problem?: string;
}

/** All that there is to say of a stored model. */
export interface ModelDetails extends ModelEntry {
  symbol_names: string[];
  /** Digest of the feature providers (rspamd 4.x). */
  providers_digest?: string;
  /** Which network it is, if that is known. */
  architecture?: string;
  /** Length of its vectors. */
  inputs?: number;
  /** Bytes in the store. */
  size?: number;
  /** Least output for spam, and, sign turned, for ham. */
  roc_thresholds?: [number, number];
}

/** A stored model with the line of networks that it belongs to. */
export interface StoredModel {
  network: Network;
  profile: StoredProfile["profile"];
  entry: ModelEntry;
}

/** The fields that tell of a model without its network. */
const TOLD_BY = ["training", ORIGIN_FIELD];

/**
 * The stored models of some lines of networks, the newest of each first.
 *
 * @param networks all of a rule and its settings, or none of these
 * @throws {import("../../store/store.ts").StoreError} when the store fails
 */
export async function storedModels(
  networks: readonly Network[],
  store: Store,
): Promise<StoredModel[]> {
  const models: StoredModel[] = [];
  // One line after the other: there may be many, and a store has others to serve.
  for (const network of networks) {
    const profiles = await store.profiles(network.series);
    const ofLine = await Promise.all(
      profiles.map((stored) => describe(network, stored, store)),
    );
    ofLine.sort((a, b) => b.profile.version - a.profile.version);
    models.push(...ofLine);
  }
  name(models);
  return models;
}

async function describe(
  network: Network,
  { profile, usedAt, hasModel }: StoredProfile,
  store: Store,
): Promise<StoredModel> {
  const { rule, name, series, live } = network;
  const entry: ModelEntry = {
    id: "",
    rule: rule.name,
    settings: name.settings,
    metatoken_version: name.metatokens,
    version: profile.version,
    key: profile.redis_key,
    digest: profile.digest,
    symbols: profile.symbols.length,
    stale: !hasModel,
    in_service: live?.key === profile.redis_key,
    used_at: usedAt,
  };
  if (hasModel) {
    const fields = await store.model(series, profile.redis_key, TOLD_BY);
    Object.assign(entry, told(fields ?? {}));
  }
  return { network, profile, entry };
}

function told(fields: ModelFields): Partial<ModelEntry> {
  const origin = originOf(fields);
  try {
    const known = checkedTraining(fields);
    // A line for each epoch is for those who ask for one model.
    const training = known && { ...known, costs: undefined };
    return {
      published_at: publishedAt({ origin, training }),
      origin,
      training,
    };
  } catch (error) {
    return { origin, problem: (error as Error).message };
  }
}

/** @throws {RnmError} when it makes no sense */
function checkedTraining(fields: ModelFields): ModelTraining | undefined {
  const training = trainingOf(fields);
  const record = parseTrainingRecord(training);
  return record && { ...training, ...record };
}

/** Calls each as shortly as is possible without confusing it with another. */
function name(models: StoredModel[]): void {
  const counts = new Map<string, number>();
  for (const form of models.flatMap(formsOf)) {
    counts.set(form, (counts.get(form) ?? 0) + 1);
  }
  for (const model of models) {
    const forms = formsOf(model);
    model.entry.id = forms.find((form) => counts.get(form) === 1) ??
      forms.at(-1)!;
  }
}

/** What a model may be called, the shortest first. */
export function formsOf({ entry }: StoredModel): string[] {
  const { rule, settings, version, metatoken_version, digest } = entry;
  const short = `${rule}:${settings}:${version}`;
  const metatokens = `@${metatoken_version}`;
  const profile = `~${digest.slice(0, 8)}`;
  return [short, short + metatokens, short + profile]
    .concat(short + metatokens + profile);
}

/**
 * All that there is to say of a stored model.
 *
 * @throws {import("../../store/store.ts").StoreError} when the store fails
 */
export async function detailsOf(
  { network, profile, entry }: StoredModel,
  store: Store,
): Promise<ModelDetails> {
  const details: ModelDetails = {
    ...entry,
    symbol_names: profile.symbols,
    providers_digest: profile.providers_digest,
  };
  const fields = await store.model(network.series, profile.redis_key);
  if (!fields) return details;
  details.size = Object.values(fields)
    .reduce((sum, { length }) => sum + length, 0);
  try {
    details.training = checkedTraining(fields);
    const { graph, layout, rocThresholds } = openModel(
      fromFields(fields, profile, network.name.metatokens),
    );
    details.architecture = details.training?.architecture ??
      architectureOf(graph);
    details.inputs = layout.length;
    details.roc_thresholds = rocThresholds;
  } catch (error) {
    details.problem = (error as Error).message;
  }
  return details;
}
