/**
 * What the pools of samples consist of, and what they lack.
 *
 * @module
 */

import type { RuleConfig } from "../config/config.ts";
import { type ClassCounts, MAIL_CLASSES } from "../features/mail_class.ts";
import type { MetatokenVersion } from "../features/metatokens.ts";
import { missingSamples } from "../policy/admission.ts";
import type { PoolCounts, PoolGroup, Store } from "../store/store.ts";
import { LEAST_SAMPLES_OF_CLASS } from "../train/least_samples.ts";
import { countedSamples } from "./due.ts";
import type { Network } from "./network.ts";
import type { Networks } from "./networks.ts";
import { inTotal } from "./pool_size.ts";
import type { RefusalCounts, Refusals } from "./refusals.ts";

/** What `GET /v1/pool` answers. */
export interface Pools {
  /** Unix time in seconds. */
  at: number;
  rules: Record<string, RulePools>;
}

/** The pools of one rule. */
export interface RulePools {
  learn_mode: string;
  max_trains: number;
  /** What this process did not learn; null if that is nothing. */
  refused: RefusalCounts | null;
  /** One for each settings name and metatoken version that was seen. */
  pools: PoolStatus[];
}

/** The pool of one line of networks. */
export interface PoolStatus {
  settings: string;
  metatoken_version: MetatokenVersion;
  key: string;
  groups: PoolGroup[];
  quarantined: number;
  next_training: NextTraining;
}

/** What a line of networks lacks until it is trained by itself. */
export interface NextTraining {
  /** How many more samples of each class. */
  missing: ClassCounts;
  /** The option that keeps it from being trained. */
  kept_back?: string;
  /** Unix time before which it is not trained again. */
  retry_at?: number;
  /** Whether it is in training now. */
  in_progress?: boolean;
}

/** What to describe pools by. */
export interface PoolsContext {
  store: Store;
  refusals: Refusals;
  /** Unix time in seconds. */
  now: number;
}

/**
 * Describes the pools of some rules.
 *
 * @throws {import("../store/store.ts").StoreError} when the store fails
 */
export async function describePools(
  networks: Networks,
  rules: readonly RuleConfig[],
  context: PoolsContext,
): Promise<Pools> {
  const described = await Promise.all(rules.map(async (rule) => {
    const pools: RulePools = {
      learn_mode: rule.train.learnMode,
      max_trains: rule.train.maxTrains,
      refused: context.refusals.of(rule) ?? null,
      pools: await Promise.all(
        networks.ofRule(rule).map((network) => describePool(network, context)),
      ),
    };
    return [rule.name, pools] as const;
  }));
  return { at: context.now, rules: Object.fromEntries(described) };
}

/**
 * Describes one pool.
 *
 * @throws {import("../store/store.ts").StoreError} when the store fails
 */
export async function describePool(
  network: Network,
  { store, now }: Omit<PoolsContext, "refusals">,
): Promise<PoolStatus> {
  const { name, series } = network;
  const [counts, groups] = await Promise.all([
    store.counts(series),
    store.pool(series),
  ]);
  return {
    settings: name.settings,
    metatoken_version: name.metatokens,
    key: series,
    groups: groups.sort(byClassAndState),
    quarantined: counts.quarantined,
    next_training: nextTraining(network, counts, now),
  };
}

/** Spam before ham, fresh before retained, many before few. */
function byClassAndState(a: PoolGroup, b: PoolGroup): number {
  return MAIL_CLASSES.indexOf(a.class) - MAIL_CLASSES.indexOf(b.class) ||
    Number(b.fresh) - Number(a.fresh) || b.samples - a.samples;
}

/** What a line of networks lacks until it is trained by itself. */
export function nextTraining(
  network: Network,
  counts: PoolCounts,
  now: number,
): NextTraining {
  const { train } = network.rule;
  const missing = missingSamples(train, countedSamples(network, counts));
  const all = inTotal(counts);
  for (const mailClass of MAIL_CLASSES) {
    missing[mailClass] = Math.max(
      missing[mailClass],
      LEAST_SAMPLES_OF_CLASS - all[mailClass],
    );
  }
  return {
    missing,
    kept_back: train.frozen
      ? "train.frozen"
      : train.storeSetOnly
      ? "train.store_set_only"
      : undefined,
    retry_at: network.isPostponed(now) ? network.retryAt : undefined,
    in_progress: network.progress ? true : undefined,
  };
}
