/**
 * Work on a line of networks that only one host may do at a time.
 *
 * @module
 */

import type { RuleConfig } from "../config/config.ts";
import { withLock } from "./lease.ts";
import { loadBestModel } from "./loading.ts";
import type { Network } from "./network.ts";
import type { TrainingContext } from "./training_context.ts";

/**
 * For how long the training lock holds at least without being extended, where
 * that is not configured.
 */
const LEAST_LOCK_SECONDS = 10;

/** For how long the training lock of a rule holds without being extended. */
export function lockSeconds(
  { lockExpireSeconds, watchIntervalSeconds }: RuleConfig,
): number {
  return lockExpireSeconds ??
    Math.max(LEAST_LOCK_SECONDS, 2 * watchIntervalSeconds);
}

/**
 * Works on a network with its lock held, and its newest model loaded.
 *
 * @throws {import("./lease.ts").LockedError} when somebody else holds the lock
 * @throws what `work` throws
 */
export function withNetwork<T>(
  network: Network,
  { store, holder, log, now }: Pick<
    TrainingContext,
    "store" | "holder" | "log" | "now"
  >,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { series, rule } = network;
  const expireSeconds = lockSeconds(rule);
  return withLock(
    { store, series, holder, expireSeconds },
    signal,
    async (signal) => {
      const profiles = await store.profiles(series);
      await loadBestModel(network, profiles, store, log, now());
      return await work(signal);
    },
  );
}
