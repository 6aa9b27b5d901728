/**
 * What the daemon shows of itself.
 *
 * @module
 */

import type { MetatokenVersion } from "../features/metatokens.ts";
import type { ModelOrigin } from "../model/origin.ts";
import { type ModelTraining, publishedAt } from "../model/stored_model.ts";
import type { GuardStatus } from "../policy/guards/guard.ts";
import type { PoolCounts, Store } from "../store/store.ts";
import type { ExternalModels } from "./external/external_models.ts";
import type { ExternalStatus } from "./external/state.ts";
import type { Network, TrainingProgress } from "./network.ts";
import type { Networks } from "./networks.ts";
import { type ChangeReport, isChange } from "./models/change.ts";
import type { TrainingReport } from "./training.ts";
import { within } from "./within.ts";

/** Everything that `GET /v1/status` answers about the networks. */
export interface Status {
  store: { url: string; error?: string };
  rules: Record<string, RuleStatus>;
  /** What became of the answers of guards; absent where there is none. */
  guards?: GuardStatus[];
}

/** One rule. */
export interface RuleStatus {
  symbol_spam: string;
  symbol_ham: string;
  max_trains: number;
  learn_mode: string;
  /** The model that is trained elsewhere, where the rule has one. */
  external_model?: ExternalStatus;
  /** One for each settings name and metatoken version that was seen. */
  networks: NetworkStatus[];
}

/** One line of networks. */
export interface NetworkStatus {
  settings: string;
  metatoken_version: MetatokenVersion;
  key: string;
  /** The model that answers; null until there is one. */
  model: ModelStatus | null;
  pool?: PoolCounts;
  /** How far the training is, while there is one. */
  progress?: TrainingProgress;
  /** The last training, and when it ended; null before the first. */
  last_training?: (TrainingReport & { at: number }) | null;
  /** The last rollback, import, fetching or deletion, if there was one lately. */
  last_change?: ChangeReport & { at: number };
  /** Unix time before which it is not trained again. */
  retry_at?: number;
}

/** A model in service. */
export interface ModelStatus {
  version: number;
  key: string;
  digest: string;
  /** Unix time since when it answers here. */
  since: number;
  /** Unix time since when it is there; absent where rspamd trained it. */
  published_at?: number;
  /** Why it is in service. */
  origin: ModelOrigin;
  symbols: number;
  inputs: number;
  training?: ModelTraining;
}

/** Every store answers or fails before. */
const LONGEST_MS = 60_000;

/**
 * Describes all networks. When the store cannot be asked, that is in it, and
 * what is known without it.
 *
 * @param withinMs how long the store may take
 */
export async function describe(
  networks: Networks,
  store: Store,
  externalModels: ExternalModels,
  withinMs: number = LONGEST_MS,
): Promise<Status> {
  const status: Status = { store: { url: store.url }, rules: {} };
  for (const rule of networks.config.rules) {
    status.rules[rule.name] = {
      symbol_spam: rule.symbolSpam,
      symbol_ham: rule.symbolHam,
      max_trains: rule.train.maxTrains,
      learn_mode: rule.train.learnMode,
      external_model: externalModels.statusOf(rule),
      networks: networks.ofRule(rule).map(describeNetwork),
    };
  }
  try {
    const added = networks.config.rules.map((rule) =>
      addStored(status.rules[rule.name], networks.ofRule(rule), store)
    );
    await within(
      withinMs,
      Promise.all(added),
      `the store has not answered for ${withinMs} ms`,
    );
  } catch (error) {
    status.store.error = (error as Error).message;
  }
  return status;
}

function describeNetwork(network: Network): NetworkStatus {
  const { name, series, live, progress, retryAt } = network;
  return {
    settings: name.settings,
    metatoken_version: name.metatokens,
    key: series,
    model: live
      ? {
        version: live.model.version,
        key: live.key,
        digest: live.model.digest,
        since: live.since,
        published_at: publishedAt(live),
        origin: live.origin,
        symbols: live.model.layout.symbols.length,
        inputs: live.model.layout.length,
        training: live.training,
      }
      : null,
    progress,
    retry_at: retryAt > 0 ? retryAt : undefined,
  };
}

/** Among so many records the last ones are looked for. */
const RECORDS = 10;

/** Adds what only the store knows. */
async function addStored(
  rule: RuleStatus,
  networks: Network[],
  store: Store,
): Promise<void> {
  await Promise.all(networks.map(async ({ series }, i) => {
    const [pool, trainings] = await Promise.all([
      store.counts(series),
      store.trainings(series, RECORDS),
    ]);
    const records: ((TrainingReport | ChangeReport) & { at: number })[] =
      trainings.map(({ record, at }) => ({ ...JSON.parse(record), at }));
    const network = rule.networks[i];
    network.pool = pool;
    network.last_training = records.find((record) => !isChange(record)) ?? null;
    network.last_change = records.find(isChange);
  }));
}
