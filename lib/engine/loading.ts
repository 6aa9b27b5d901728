/**
 * Loading of models from the store (rspamd `process_existing_ann`).
 *
 * @module
 */

import { openModel } from "../model/model.ts";
import {
  byPreference,
  isCompatible,
  profileDistance,
} from "../model/profile.ts";
import { RnmError } from "../model/rnm.ts";
import { fromFields, trainingOf } from "../model/stored_model.ts";
import { NetworkError } from "../nn/graph.ts";
import type { ProfileRecord, Store } from "../store/store.ts";
import type { Log } from "./log.ts";
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
 * @param now unix time in seconds
 * @throws {import("../store/store.ts").StoreError} when the store fails
 */
export async function loadBestModel(
  network: Network,
  store: Store,
  log: Log,
  now: number,
): Promise<void> {
  const stored = (await store.profiles(network.series))
    .filter(({ hasModel }) => hasModel)
    .map(({ profile }) => profile);
  const symbols = network.symbols ?? newest(stored)?.symbols ?? [];
  const candidates = stored.map((profile) => candidateOf(profile, symbols))
    .sort(byWorth);
  for (const candidate of candidates) {
    if (!isBetter(candidate, network.live, symbols)) return;
    const { redis_key: key, version } = candidate.profile;
    const live = await open(network, store, candidate.profile, now, log);
    if (!live) continue;
    network.serve(live);
    await store.touch(network.series, key);
    log.info("a model was loaded and is in service", {
      series: network.series,
      version,
    });
    return;
  }
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
    const training = trainingOf(fields);
    return { model: openModel(rnm), key, since: now, training };
  } catch (error) {
    if (!(error instanceof RnmError || error instanceof NetworkError)) {
      throw error;
    }
    log.warn("a stored model cannot be used", { series, key, error });
    return undefined;
  }
}
