/**
 * The watch loop: the only one that loads, trains and drops models.
 *
 * @module
 */

import type { RuleConfig } from "../config/config.ts";
import type {
  Overview,
  PoolCounts,
  Series,
  StoreError,
} from "../store/store.ts";
import { TrainerError } from "../train/trainer.ts";
import { hasEnough } from "./due.ts";
import {
  type ExternalKeeper,
  ExternalModels,
} from "./external/external_models.ts";
import { LockedError } from "./lease.ts";
import { carryModelOver, loadBestModel, noteUse } from "./loading.ts";
import { withNetwork } from "./locked_network.ts";
import type { LockStates } from "./metrics/lock_states.ts";
import type { TrainingCounts } from "./metrics/training_counts.ts";
import type { Network } from "./network.ts";
import type { Networks } from "./networks.ts";
import { type TrainingReport, trainLocked } from "./training.ts";
import type { TrainingContext } from "./training_context.ts";

/** Longest time between two looks at a network that does not change. */
const LONGEST_PAUSE_SECONDS = 3600;

/** A training that is under way, or waits for its turn. */
interface Training {
  report: Promise<TrainingReport | undefined>;
  giveUp: AbortController;
}

/** Where the watch loop notes what it does. */
export interface WatchFigures {
  readonly trainings: TrainingCounts;
  readonly locks: LockStates;
}

/** Looks after all networks of a configuration until it is stopped. */
export class Watcher implements ExternalKeeper {
  readonly networks: Networks;
  readonly context: TrainingContext;
  readonly externalModels: ExternalModels;
  readonly #figures: WatchFigures;
  #stopped = new AbortController();
  /** How networks looked before they were refreshed last, and when. */
  #seen = new Map<Network, { state: string; at: number }>();
  /** By watch interval, in seconds. */
  #timers = new Map<number, ReturnType<typeof setTimeout>>();
  /** The round of each watch interval that is under way, or was the last. */
  #rounds = new Map<number, Promise<void>>();
  #trainings = new Map<Network, Training>();
  /** Ends when the last work on a network has ended. */
  #work = new Map<Network, Promise<unknown>>();
  /** Ends when the last of them has ended. */
  #lastTraining: Promise<unknown> = Promise.resolve();

  /** @param previous that of the configuration before */
  constructor(
    networks: Networks,
    context: TrainingContext,
    figures: WatchFigures,
    previous?: Watcher,
  ) {
    this.networks = networks;
    this.context = context;
    this.#figures = figures;
    this.externalModels = new ExternalModels(this, previous?.externalModels);
  }

  /** Loads what there is, and from then on looks after it. */
  async start(): Promise<void> {
    const { rules } = this.networks.config;
    const seconds = rules.map(({ watchIntervalSeconds }) =>
      watchIntervalSeconds
    );
    new Set(seconds).forEach((interval) => this.#begin(interval));
    await Promise.all(this.#rounds.values());
    if (!this.#stopped.signal.aborted) this.externalModels.start();
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
    await this.externalModels.stop();
    await Promise.all(this.#rounds.values());
    await this.#lastTraining;
    await Promise.all(this.#work.values());
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
    if (known) {
      return known.report.then((report) => report ?? this.train(network));
    }
    return this.#enqueue(
      network,
      (signal) => trainLocked(network, this.context, signal),
    );
  }

  /** Trains when the trainings before have ended, and the lock is free. */
  #enqueue<T extends TrainingReport | undefined>(
    network: Network,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const giveUp = new AbortController();
    const report = this.#lastTraining
      .then(() =>
        this.#figures.trainings.watch(
          network.rule.name,
          () => this.#lock(network, work, giveUp.signal),
        )
      )
      .finally(() => this.#trainings.delete(network));
    this.#trainings.set(network, { report, giveUp });
    this.#lastTraining = report.catch(() => {});
    return report;
  }

  /** See {@linkcode ModelKeeper.change}. */
  change<T>(
    network: Network,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    this.#trainings.get(network)?.giveUp.abort(
      new TrainerError("training was aborted: the model is changed by hand"),
    );
    return this.#lock(network, work);
  }

  /** See {@linkcode ExternalKeeper.inTurn}. */
  inTurn<T>(
    network: Network,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return this.#lock(network, work);
  }

  #begin(seconds: number): void {
    this.#rounds.set(seconds, this.#watch(seconds));
  }

  /** One round for all rules of a watch interval, and the next one later. */
  async #watch(seconds: number): Promise<void> {
    const rules = this.networks.config.rules
      .filter(({ watchIntervalSeconds }) => watchIntervalSeconds === seconds);
    try {
      await this.#lookAfter(rules);
    } catch (error) {
      this.#fail(rules, error);
    }
    if (this.#stopped.signal.aborted) return;
    this.#timers.set(
      seconds,
      setTimeout(() => this.#begin(seconds), 1000 * seconds),
    );
  }

  #fail(rules: readonly RuleConfig[], error: unknown): void {
    this.context.log.error("the watch loop cannot use the store", {
      rule: rules.map(({ name }) => name).join(", "),
      error,
    });
  }

  /** Looks at all networks of some rules at once, and after each rule. */
  async #lookAfter(rules: readonly RuleConfig[]): Promise<void> {
    const { store } = this.context;
    for (const series of await store.series()) this.networks.adopt(series);
    const asked = rules.map((rule) => this.#seriesOf(rule));
    const all = asked.flat();
    const overviews = await store.overview(all);
    const found = new Map(all.map((series, i) => [series, overviews[i]]));
    await Promise.all(
      rules.map((rule, i) =>
        this.#lookAfterRule(asked[i], found)
          .catch((error) => this.#fail([rule], error))
      ),
    );
  }

  /** The series that a rule has, and those that rspamd would begin. */
  #seriesOf(rule: RuleConfig): Series[] {
    const known = this.networks.ofRule(rule).map(({ series }) => series);
    return [...new Set([...known, ...this.networks.candidates(rule)])];
  }

  async #lookAfterRule(
    asked: readonly Series[],
    found: ReadonlyMap<Series, Overview>,
  ): Promise<void> {
    const { store, log } = this.context;
    let failure: StoreError | undefined;
    for (const series of asked) {
      if (this.#stopped.signal.aborted) return;
      const overview = found.get(series)!;
      failure ??= overview.failure;
      const network = overview.isUsed ? this.networks.adopt(series) : undefined;
      if (!network) continue;
      try {
        await this.#lookAfterOne(network, overview);
      } catch (error) {
        // Where the store works, the others need not suffer from it.
        await store.check();
        log.error("the watch loop cannot look after a network", {
          series,
          error,
        });
      }
    }
    if (failure) throw failure;
  }

  async #lookAfterOne(network: Network, overview: Overview): Promise<void> {
    const { state, counts } = overview;
    const at = this.context.now();
    if (this.#needsRefresh(network, state, at)) {
      await this.#refresh(network);
      this.#seen.set(network, { state, at });
    }
    if (this.#isDue(network, counts) && !this.#stopped.signal.aborted) {
      this.#trainInBackground(network);
    }
  }

  /** Whether there is something new, or it is time to note that it is in use. */
  #needsRefresh(network: Network, state: string, now: number): boolean {
    const seen = this.#seen.get(network);
    if (seen?.state !== state) return true;
    const { annExpireSeconds } = network.rule;
    const pause = Math.min(LONGEST_PAUSE_SECONDS, annExpireSeconds / 8);
    // A clock that was set back tells nothing.
    return now < seen.at || now >= seen.at + pause;
  }

  /** Loads a better model, and drops those that nobody needs. */
  async #refresh(network: Network): Promise<void> {
    const { store, config, now, log } = this.context;
    const { series, rule } = network;
    let profiles = await store.profiles(series);
    await loadBestModel(network, profiles, store, log, now());
    if (await carryModelOver(network, profiles, config.prefix, store, log)) {
      profiles = await store.profiles(series);
      await loadBestModel(network, profiles, store, log, now());
    }
    await noteUse(network, profiles, store, now());
    // An earlier model that serves again is there twice.
    const isTwice = network.live?.origin.kind === "rollback";
    const keep = config.maxProfiles + (isTwice ? 1 : 0);
    await store.tend(series, {
      serving: network.live?.key,
      keep,
      expireSeconds: rule.annExpireSeconds,
    });
    const dropped = await store.prune(series, {
      keep,
      unusedSeconds: rule.annExpireSeconds,
      serving: network.live?.key,
    });
    for (const { version } of dropped) {
      log.info("a model was dropped", { series, version });
    }
  }

  #isDue(network: Network, counts: PoolCounts): boolean {
    const { train } = network.rule;
    if (train.frozen || train.storeSetOnly) return false;
    if (this.#trainings.has(network)) return false;
    if (network.isPostponed(this.context.now())) return false;
    return hasEnough(network, counts);
  }

  #trainInBackground(network: Network): void {
    const { store, log, now } = this.context;
    const { series } = network;
    const training = this.#enqueue(network, async (signal) => {
      // Another host may have trained it since this one looked.
      const counts = await store.counts(series);
      if (!hasEnough(network, counts)) return undefined;
      return await trainLocked(network, this.context, signal);
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

  /** Does one thing after the other that needs the lock of a network. */
  #lock<T>(
    network: Network,
    work: (signal: AbortSignal) => Promise<T>,
    signal = this.#stopped.signal,
  ): Promise<T> {
    const before = this.#work.get(network) ?? Promise.resolve();
    const done = before.then(() => this.#lockNow(network, work, signal));
    const ended = done.catch(() => {}).finally(() => {
      if (this.#work.get(network) === ended) this.#work.delete(network);
    });
    this.#work.set(network, ended);
    return done;
  }

  /** Works on a network with its lock held, and its newest model loaded. */
  #lockNow<T>(
    network: Network,
    work: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const all = AbortSignal.any([this.#stopped.signal, signal]);
    return this.#figures.locks.watch(
      network.series,
      (held) =>
        withNetwork(network, this.context, all, (signal) => {
          held();
          return work(signal);
        }),
    );
  }
}
