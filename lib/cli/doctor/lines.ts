/**
 * The lines of networks that a store has, each with the model that serves.
 *
 * @module
 */

import type { Config } from "../../config/config.ts";
import { findBestModel } from "../../engine/loading.ts";
import type { Network } from "../../engine/network.ts";
import { DEFAULT_SETTINGS, Networks } from "../../engine/networks.ts";
import type { Series, Store, StoredProfile } from "../../store/store.ts";

/** So many are looked at; of the others only their number is told. */
export const MOST_LINES = 50;

/** A line of networks. */
export interface Line {
  /** `RULE:SETTINGS`, with `@METATOKENS` where there are several. */
  name: string;
  network: Network;
  /** The most recently used first. */
  profiles: StoredProfile[];
  /** Why stored models cannot be used. */
  problems: string[];
}

/** What a store has. */
export interface Lines {
  store: Store;
  networks: Networks;
  /** Those looked at, without settings first. */
  shown: Line[];
  /** How many there are besides. */
  others: number;
  /** Series that belong to no rule of the configuration. */
  strangers: Series[];
}

/**
 * Finds the lines of networks in a store, as the daemon would.
 *
 * @param now unix time in seconds
 * @throws {import("../../store/store.ts").StoreError} when it cannot be read
 */
export async function readLines(
  config: Config,
  store: Store,
  now: number,
): Promise<Lines> {
  const networks = new Networks(config, store.pluginVersion);
  const known = await store.series();
  const strangers = known.filter((series) => !networks.adopt(series));
  const candidates = networks.config.rules
    .flatMap((rule) => networks.candidates(rule));
  const overviews = await store.overview(candidates);
  candidates.filter((_, i) => overviews[i].isUsed)
    .forEach((series) => networks.adopt(series));
  const all = networks.all().sort((a, b) => rankOf(a) - rankOf(b));
  const shown: Line[] = [];
  for (const network of all.slice(0, MOST_LINES)) {
    shown.push(await readLine(network, networks, store, now));
  }
  const others = all.length - shown.length;
  return { store, networks, shown, others, strangers };
}

function rankOf({ name }: Network): number {
  return name.settings === DEFAULT_SETTINGS ? 0 : 1;
}

async function readLine(
  network: Network,
  networks: Networks,
  store: Store,
  now: number,
): Promise<Line> {
  const problems: string[] = [];
  const log = {
    debug: () => {},
    info: () => {},
    warn: (message: string, fields: Record<string, unknown> = {}) => {
      const { key, error } = fields;
      problems.push(`${message}: ${key}: ${(error as Error | null)?.message}`);
    },
    error: () => {},
  };
  const profiles = await store.profiles(network.series);
  const best = await findBestModel(network, profiles, store, log, now);
  if (best) network.serve(best);
  return { name: nameOf(network, networks), network, profiles, problems };
}

function nameOf({ rule, name }: Network, networks: Networks): string {
  const short = `${rule.name}:${name.settings}`;
  const versions = networks.ofRule(rule)
    .filter((other) => other.name.settings === name.settings);
  return versions.length > 1 ? `${short}@${name.metatokens}` : short;
}
