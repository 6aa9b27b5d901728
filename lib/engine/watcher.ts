/**
 * The watch loop: the only one that loads, trains and drops models.
 *
 * @module
 */

import type { RuleConfig } from "../config/config.ts";
import { isTrainingDue } from "../policy/admission.ts";
import type { PoolCounts } from "../store/store.ts";
import { withLock } from "./lease.ts";
import { loadBestModel } from "./loading.ts";
import type { Network } from "./network.ts";
import type { Networks } from "./networks.ts";
import {
  type TrainingContext,
  type TrainingReport,
  trainLocked,
} from "./training.ts";

/** Shortest time for which the training lock holds without being extended. */
const LEAST_LOCK_SECONDS = 10;

/** Looks after all networks of a configuration until it is stopped. */
export class Watcher {
  #networks: Networks;
  #context: TrainingContext;
  #stopped = new AbortController();
  #timers = new Map<RuleConfig, ReturnType<typeof setTimeout>>();
  /** Trainings that are under way, or wait for their turn. */
  #trainings = new Map<Network, Promise<TrainingReport>>();
  /** Ends when the last of them has ended. */
  #lastTraining: Promise<unknown> = Promise.resolve();

  constructor(networks: Networks, context: TrainingContext) {
    this.#networks = networks;
    this.#context = context;
  }

  /** Loads what there is, and from then on looks after it. */
  async start(): Promise<void> {
    await Promise.all(
      this.#networks.config.rules.map((rule) => this.#watch(rule)),
    );
  }

  /** Stops; a training that is under way is given up. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#timers.forEach((timer) => clearTimeout(timer));
    await this.#lastTraining;
  }

  /**
   * Trains a network now, or as soon as it is its turn, whether it is due or
   * not.
   *
   * @throws {import("./lease.ts").LockedError} when another host trains it
   * @throws {import("../train/trainer.ts").TrainerError} when it is aborted
   * @throws {import("../store/store.ts").StoreError} when the store fails
   */
  train(network: Network): Promise<TrainingReport> {
    const known = this.#trainings.get(network);
    if (known) return known;
    const training = this.#lastTraining.then(() => this.#train(network))
      .finally(() => this.#trainings.delete(network));
    this.#trainings.set(network, training);
    this.#lastTraining = training.catch(() => {});
    return training;
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
      setTimeout(() => this.#watch(rule), 1000 * rule.watchIntervalSeconds),
    );
  }

  async #lookAfter(rule: RuleConfig): Promise<void> {
    const { store } = this.#context;
    for (const series of await store.series()) this.#networks.adopt(series);
    for (const network of this.#networks.ofRule(rule)) {
      if (this.#stopped.signal.aborted) return;
      await this.#refresh(network);
      if (await this.#isDue(network)) this.#trainInBackground(network);
    }
  }

  /** Loads a better model, and drops those that nobody needs. */
  async #refresh(network: Network): Promise<void> {
    const { store, config, now, log } = this.#context;
    const { series, rule } = network;
    await loadBestModel(network, store, log, now());
    const dropped = await store.prune(series, {
      keep: config.maxProfiles,
      usedBefore: now() - rule.annExpireSeconds,
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
    if (this.#context.now() < network.retryAt) return false;
    const counts = await this.#context.store.counts(network.series);
    if (isTrainingDue(train, counts.fresh)) return true;
    // Without a model, samples that a refused one has used up do once more.
    return !network.live && network.failures > 0 &&
      isTrainingDue(train, inTotal(counts));
  }

  #trainInBackground(network: Network): void {
    this.train(network).catch((error) => {
      if (this.#stopped.signal.aborted) return;
      network.postpone(this.#context.now());
      this.#context.log.warn("a training could not be done", {
        series: network.series,
        error,
      });
    });
  }

  #train(network: Network): Promise<TrainingReport> {
    const { store, holder } = this.#context;
    const { series, rule } = network;
    const expireSeconds = Math.max(
      LEAST_LOCK_SECONDS,
      2 * rule.watchIntervalSeconds,
    );
    return withLock(
      { store, series, holder, expireSeconds },
      this.#stopped.signal,
      (signal) => trainLocked(network, this.#context, signal),
    );
  }
}

function inTotal({ fresh, retained }: PoolCounts): PoolCounts["fresh"] {
  return { spam: fresh.spam + retained.spam, ham: fresh.ham + retained.ham };
}
