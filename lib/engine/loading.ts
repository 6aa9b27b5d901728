/**
 * Loading of models from the store (rspamd `process_existing_ann`).
 *
 * @module
 */

import { carriedOver } from "../model/carry_over.ts";
import { sourceOf } from "../model/external_source.ts";
import { modelKey } from "../model/keys.ts";
import { openModel } from "../model/model.ts";
import { originOf } from "../model/origin.ts";
import {
  byPreference,
  isCompatible,
  profileDistance,
} from "../model/profile.ts";
import { RnmError } from "../model/rnm.ts";
import { fromFields, trainingOf } from "../model/stored_model.ts";
import { NetworkError } from "../nn/graph.ts";
import type { ProfileRecord, Store, StoredProfile } from "../store/store.ts";
import type { Log } from "../log/log.ts";
import type { LiveModel, Network } from "./network.ts";

/** A stored model that could answer. */
interface Candidate {
  profile: ProfileRecord;
  distance: number;
  version: number;
  compatible: boolean;
}

/**
 * Serves the best model that the store has: the one whose symbols are nearest
 * to today's, and of those the newest. A model that cannot be opened is passed
 * over. What is in service stays unless there is something better, even when
 * the store no longer has it.
 *
 * @param profiles those of the network, as the store lists them
 * @param now unix time in seconds
 * @throws {import("../store/store.ts").StoreError} when the store fails
 */
export async function loadBestModel(
  network: Network,
  profiles: readonly StoredProfile[],
  store: Store,
  log: Log,
  now: number,
): Promise<void> {
  const live = await findBestModel(network, profiles, store, log, now);
  if (!live) return;
  network.serve(live);
  await touch(network, live.key, profiles, store);
  log.info("a model was loaded and is in service", {
    series: network.series,
    version: live.model.version,
  });
}

/**
 * Finds the model that {@linkcode loadBestModel} would serve.
 *
 * @returns nothing when that in service is the best
 * @throws {import("../store/store.ts").StoreError} when the store fails
 */
export async function findBestModel(
  network: Network,
  profiles: readonly StoredProfile[],
  store: Store,
  log: Log,
  now: number,
): Promise<LiveModel | undefined> {
  // What was used last is what rspamd goes by now.
  if (profiles[0]?.isAdopted) network.adopt(profiles[0].profile.symbols);
  const stored = profiles.filter(({ hasModel }) => hasModel)
    .map(({ profile }) => profile);
  const symbols = network.symbols ?? newest(stored)?.symbols ?? [];
  const candidates = stored.map((profile) => candidateOf(profile, symbols))
    .sort(byWorth);
  for (const candidate of candidates) {
    if (!isBetter(candidate, network.live, symbols)) return undefined;
    const live = await open(network, store, candidate.profile, now, log);
    if (live) return live;
  }
}

/**
 * Carries the model in service over to the symbols that rspamd goes by now, by
 * their names, where there is none for them. Its scanners load it, and need not
 * wait for a training.
 *
 * @param profiles those of the network, as the store lists them
 * @param prefix of the keys of models
 * @returns whether there is a model to load now
 * @throws {import("../store/store.ts").StoreError} when the store fails
 */
export async function carryModelOver(
  { series, name, live }: Network,
  [current]: readonly StoredProfile[],
  prefix: string,
  store: Store,
  log: Log,
): Promise<boolean> {
  if (!live || !current || current.hasModel || !current.isAdopted) return false;
  const { symbols, digest, redis_key: before } = current.profile;
  const stored = await store.model(series, live.key) ?? {};
  const fields = carriedOver(live.model, stored, symbols);
  if (!fields) return false;
  const version = current.profile.version + 1;
  const key = modelKey(prefix, name, digest, version);
  const profile = { ...current.profile, version, redis_key: key };
  if (!await store.carryOver(series, before, profile, fields)) return false;
  log.info("the model in service was carried over to a new profile", {
    series,
    key,
    distance: profileDistance(live.model.layout.symbols, symbols),
  });
  return true;
}

/** In this part of the time that an unused model is kept, its use is noted. */
const NOTE_USE_AFTER = 1 / 4;

/**
 * Notes that the model in service is in use, unless that was noted lately.
 * Whoever shares the store drops what is not, and one that is replaced stays
 * for some time, to go back to.
 *
 * @param profiles those of the network, as the store lists them
 * @param now unix time in seconds
 * @throws {import("../store/store.ts").StoreError} when the store fails
 */
export async function noteUse(
  network: Network,
  profiles: readonly StoredProfile[],
  store: Store,
  now: number,
): Promise<void> {
  const { rule, live } = network;
  const used = profiles.find(({ profile }) => profile.redis_key === live?.key);
  if (used && now - used.usedAt > NOTE_USE_AFTER * rule.annExpireSeconds) {
    await touch(network, used.profile.redis_key, profiles, store);
  }
}

/**
 * Notes the use of a model; but what rspamd has decided on comes first, and
 * stays there.
 */
async function touch(
  { series }: Network,
  key: string,
  [first]: readonly StoredProfile[],
  store: Store,
): Promise<void> {
  if (first.isAdopted && first.profile.redis_key !== key) return;
  await store.touch(series, key);
}

function newest(profiles: ProfileRecord[]): ProfileRecord | undefined {
  return profiles.reduce<ProfileRecord | undefined>(
    (best, profile) =>
      best === undefined || profile.version > best.version ? profile : best,
    undefined,
  );
}

function candidateOf(
  profile: ProfileRecord,
  symbols: readonly string[],
): Candidate {
  const distance = profileDistance(profile.symbols, symbols);
  return {
    profile,
    distance,
    version: profile.version,
    compatible: isCompatible(distance, symbols.length),
  };
}

/**
 * One that is not compatible by rspamd's rule comes last, but is not left out:
 * it knows its own symbols, and silence would be worse.
 */
function byWorth(a: Candidate, b: Candidate): number {
  return Number(b.compatible) - Number(a.compatible) || byPreference(a, b);
}

function isBetter(
  candidate: Candidate,
  live: LiveModel | undefined,
  symbols: readonly string[],
): boolean {
  if (!live) return true;
  const { digest, version, layout } = live.model;
  if (candidate.profile.digest === digest) return candidate.version > version;
  const distance = profileDistance(layout.symbols, symbols);
  const compatible = isCompatible(distance, symbols.length);
  return byPreference(candidate, { distance, version }) < 0 &&
    Number(candidate.compatible) >= Number(compatible);
}

async function open(
  network: Network,
  store: Store,
  profile: ProfileRecord,
  now: number,
  log: Log,
): Promise<LiveModel | undefined> {
  const { series, name } = network;
  const key = profile.redis_key;
  const fields = await store.model(series, key);
  if (!fields) return undefined;
  try {
    const rnm = fromFields(fields, profile, name.metatokens);
    return {
      model: openModel(rnm),
      key,
      since: now,
      training: trainingOf(fields),
      origin: originOf(fields),
      external: sourceOf(fields),
    };
  } catch (error) {
    if (!(error instanceof RnmError || error instanceof NetworkError)) {
      throw error;
    }
    log.warn("a stored model cannot be used", { series, key, error });
    return undefined;
  }
}
