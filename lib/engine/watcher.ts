/**
 * The watch loop: the only one that loads, trains and drops models.
 *
 * @module
 */

import type { RuleConfig } from "../config/config.ts";
import { isTrainingDue } from "../policy/admission.ts";
import type { PoolCounts } from "../store/store.ts";
import { TrainerError } from "../train/trainer.ts";
import { LockedError, withLock } from "./lease.ts";
import { carryModelOver, loadBestModel, noteUse } from "./loading.ts";
import type { Network } from "./network.ts";
import type { Networks } from "./networks.ts";
import {
  type TrainingContext,
  type TrainingReport,
  trainLocked,
} from "./training.ts";

/**
 * For how long the training lock holds at least without being extended, where
 * that is not configured.
 */
const LEAST_LOCK_SECONDS = 10;

/** Looks after all networks of a configuration until it is stopped. */
export class Watcher {
  #networks: Networks;
  #context: TrainingContext;
  #stopped = new AbortController();
  #timers = new Map<RuleConfig, ReturnType<typeof setTimeout>>();
  /** The round of each rule that is under way, or was the last. */
  #rounds = new Map<RuleConfig, Promise<void>>();
  /** Trainings that are under way, or wait for their turn. */
  #trainings = new Map<Network, Promise<TrainingReport | undefined>>();
  /** Ends when the last of them has ended. */
  #lastTraining: Promise<unknown> = Promise.resolve();

  constructor(networks: Networks, context: TrainingContext) {
    this.#networks = networks;
    this.#context = context;
  }

  /** Loads what there is, and from then on looks after it. */
  async start(): Promise<void> {
    this.#networks.config.rules.forEach((rule) => this.#begin(rule));
    await Promise.all(this.#rounds.values());
  }

  /**
   * Stops; a training that is under way is given up. When it resolves, the
   * store is left alone.
   *
   * @param reason why, for those who wait for a training
   */
  async stop(reason: string): Promise<void> {
    this.#stopped.abort(
      new TrainerError(`training was aborted: ${reason}`),
    );
    this.#timers.forEach((timer) => clearTimeout(timer));
    await Promise.all(this.#rounds.values());
    await this.#lastTraining;
  }

  /**
   * Trains a network now, or as soon as it is its turn, whether it is due or
   * not.
   *
   * @throws {import("./lease.ts").LockedError} when somebody else trains it
   * @throws {import("./lease.ts").LostLockError} when somebody takes the lock
   * @throws {import("../train/trainer.ts").TrainerError} when it is aborted
   * @throws {import("../store/store.ts").StoreError} when the store fails
   */
  train(network: Network): Promise<TrainingReport> {
    const known = this.#trainings.get(network);
    if (known) return known.then((report) => report ?? this.train(network));
    return this.#enqueue(
      network,
      (signal) => trainLocked(network, this.#context, signal),
    );
  }

  /** Trains when the trainings before have ended, and the lock is free. */
  #enqueue<T extends TrainingReport | undefined>(
    network: Network,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const training = this.#lastTraining.then(() => this.#lock(network, work))
      .finally(() => this.#trainings.delete(network));
    this.#trainings.set(network, training);
    this.#lastTraining = training.catch(() => {});
    return training;
  }

  #begin(rule: RuleConfig): void {
    this.#rounds.set(rule, this.#watch(rule));
  }

  /** One round for a rule, and the next one later. */
  async #watch(rule: RuleConfig): Promise<void> {
    try {
      await this.#lookAfter(rule);
    } catch (error) {
      this.#context.log.error("the watch loop cannot use the store", {
        rule: rule.name,
        error,
      });
    }
    if (this.#stopped.signal.aborted) return;
    this.#timers.set(
      rule,
      setTimeout(() => this.#begin(rule), 1000 * rule.watchIntervalSeconds),
    );
  }

  async #lookAfter(rule: RuleConfig): Promise<void> {
    const { store, log } = this.#context;
    const candidates = this.#networks.candidates(rule);
    for (const series of await store.series(candidates)) {
      this.#networks.adopt(series);
    }
    for (const network of this.#networks.ofRule(rule)) {
      if (this.#stopped.signal.aborted) return;
      try {
        await this.#lookAfterOne(network);
      } catch (error) {
        // Where the store works, the others need not suffer from it.
        await store.check();
        log.error("the watch loop cannot look after a network", {
          series: network.series,
          error,
        });
      }
    }
  }

  async #lookAfterOne(network: Network): Promise<void> {
    await this.#refresh(network);
    const isDue = await this.#isDue(network);
    if (isDue && !this.#stopped.signal.aborted) {
      this.#trainInBackground(network);
    }
  }

  /** Loads a better model, and drops those that nobody needs. */
  async #refresh(network: Network): Promise<void> {
    const { store, config, now, log } = this.#context;
    const { series, rule } = network;
    let profiles = await store.profiles(series);
    await loadBestModel(network, profiles, store, log, now());
    if (await carryModelOver(network, profiles, store, log)) {
      profiles = await store.profiles(series);
      await loadBestModel(network, profiles, store, log, now());
    }
    await noteUse(network, profiles, store, now());
    await store.tend(series, {
      serving: network.live?.key,
      expireSeconds: rule.annExpireSeconds,
    });
    const dropped = await store.prune(series, {
      keep: config.maxProfiles,
      unusedSeconds: rule.annExpireSeconds,
      serving: network.live?.key,
    });
    for (const { version } of dropped) {
      log.info("a model was dropped", { series, version });
    }
  }

  async #isDue(network: Network): Promise<boolean> {
    const { train } = network.rule;
    if (train.frozen || train.storeSetOnly) return false;
    if (this.#trainings.has(network)) return false;
    if (network.isPostponed(this.#context.now())) return false;
    return await this.#hasEnough(network);
  }

  async #hasEnough(network: Network): Promise<boolean> {
    const { train } = network.rule;
    const counts = await this.#context.store.counts(network.series);
    if (isTrainingDue(train, counts.fresh)) return true;
    // Without a model, samples that a refused one has used up do once more.
    return !network.live && network.failures > 0 &&
      isTrainingDue(train, inTotal(counts));
  }

  #trainInBackground(network: Network): void {
    const { log, now } = this.#context;
    const { series } = network;
    const training = this.#enqueue(network, async (signal) => {
      // Another host may have trained it since this one looked.
      if (!await this.#hasEnough(network)) return undefined;
      return await trainLocked(network, this.#context, signal);
    });
    training.catch((error) => {
      if (this.#stopped.signal.aborted) return;
      if (error instanceof LockedError) {
        log.info("somebody else trains", { series, error });
        return;
      }
      network.postpone(now());
      log.warn("a training could not be done", { series, error });
    });
  }

  /** Works on a network with its lock held, and its newest model loaded. */
  #lock<T>(
    network: Network,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { store, holder, log, now } = this.#context;
    const { series, rule } = network;
    const expireSeconds = rule.lockExpireSeconds ??
      Math.max(LEAST_LOCK_SECONDS, 2 * rule.watchIntervalSeconds);
    return withLock(
      { store, series, holder, expireSeconds },
      this.#stopped.signal,
      async (signal) => {
        const profiles = await store.profiles(series);
        await loadBestModel(network, profiles, store, log, now());
        return await work(signal);
      },
    );
  }
}

function inTotal({ fresh, retained }: PoolCounts): PoolCounts["fresh"] {
  return { spam: fresh.spam + retained.spam, ham: fresh.ham + retained.ham };
}
