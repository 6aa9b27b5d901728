/**
 * Putting a model into service, on all hosts that share the store.
 *
 * @module
 */

import {
  type ExternalSource,
  sourceFields,
  sourceOf,
} from "../model/external_source.ts";
import { modelKey } from "../model/keys.ts";
import { openModel } from "../model/model.ts";
import { originOf } from "../model/origin.ts";
import { profileDigest } from "../model/profile.ts";
import { fromFields, trainingOf } from "../model/stored_model.ts";
import type {
  ModelFields,
  ProfileRecord,
  Settlement,
  Store,
} from "../store/store.ts";
import type { LiveModel, Network } from "./network.ts";
import type { TrainingContext } from "./training_context.ts";

/** A model that is to be published. */
export interface NewModel {
  /** What its inputs mean after the metatokens, sorted. */
  symbols: readonly string[];
  fields: ModelFields;
  /** The external file that is taken with it, if one is. */
  external?: ExternalSource;
  /** Digest of the feature providers (rspamd 4.x). */
  providersDigest?: string;
  /** What becomes of the pool; nothing where no training ended. */
  settlement?: Settlement;
  /** What is recorded of it, by the version that it gets. */
  record: (version: number) => unknown;
}

/**
 * Publishes a model as the next version, if the lock is still held, and serves
 * it. The other hosts find it within a watch interval, as they find every one.
 *
 * @returns nothing when somebody else has taken the lock
 * @throws {import("../model/rnm.ts").RnmError} when its parts do not fit
 * @throws {import("../nn/graph.ts").NetworkError} when its network is damaged
 * @throws {import("../store/store.ts").StoreError} when the store fails
 */
export async function publishModel(
  network: Network,
  { store, config, holder, now }: Pick<
    TrainingContext,
    "store" | "config" | "holder" | "now"
  >,
  { symbols, providersDigest, settlement, record, ...model }: NewModel,
): Promise<LiveModel | undefined> {
  const { name, series, rule } = network;
  const external = model.external ?? network.live?.external ??
    sourceOf(model.fields);
  const fields = { ...model.fields, ...external && sourceFields(external) };
  const version = await nextVersion(network, store);
  const digest = profileDigest(symbols);
  const profile: ProfileRecord = {
    digest,
    symbols: [...symbols],
    version,
    redis_key: modelKey(config.prefix, name, digest, version),
    ...providersDigest !== undefined && { providers_digest: providersDigest },
  };
  const live: LiveModel = {
    model: openModel(fromFields(fields, profile, name.metatokens)),
    key: profile.redis_key,
    since: now(),
    training: trainingOf(fields),
    origin: originOf(fields),
    external,
  };
  const isOurs = await store.publish(series, holder, {
    profile,
    fields,
    settlement,
    record: JSON.stringify(record(version)),
    expireSeconds: rule.annExpireSeconds,
  });
  if (!isOurs) return undefined;
  network.serve(live);
  return live;
}

/** Enough to know the newest, even if its model was deleted. */
const RECORDS = 100;

/** A version that no model of the line has had. */
async function nextVersion(
  { series, newestVersion }: Network,
  store: Store,
): Promise<number> {
  const [stored, records] = await Promise.all([
    store.profiles(series),
    store.trainings(series, RECORDS),
  ]);
  return 1 + Math.max(
    newestVersion,
    ...stored.map(({ profile }) => profile.version),
    ...records.map(({ record }) => versionIn(record)),
  );
}

function versionIn(record: string): number {
  try {
    const { version } = JSON.parse(record);
    return Number.isSafeInteger(version) ? version : 0;
  } catch {
    return 0;
  }
}
