/**
 * The engine: networks that score, learn and train, over a store.
 *
 * @module
 */

import type { Config } from "../config/config.ts";
import type { MailClass } from "../features/mail_class.ts";
import type { MetatokenVersion } from "../features/metatokens.ts";
import type { Scan } from "../features/scan.ts";
import { AutolearnRegistry } from "../policy/autolearn/registry.ts";
import type { Series, Store } from "../store/store.ts";
import { Autolearning } from "./autolearning.ts";
import { type LearnAnswer, Learner, type LearnRequest } from "./learner.ts";
import type { Log } from "../log/log.ts";
import type { Family } from "../metrics/family.ts";
import { EngineFigures } from "./metrics/engine_figures.ts";
import { Models } from "./models/models.ts";
import type { Network } from "./network.ts";
import { Networks } from "./networks.ts";
import { describeLine, type LineDetails } from "./line.ts";
import { describePools, type Pools, type PoolsContext } from "./pools.ts";
import { type RecentScore, RecentScores } from "./recent_scores.ts";
import { kindOf, Refusals } from "./refusals.ts";
import { type Score, type ScoreOptions, scoreScan } from "./scorer.ts";
import { describe, type Status } from "./status.ts";
import { Trainer } from "../train/trainer.ts";
import type { TrainingReport } from "./training.ts";
import { learnVectors } from "./vectors.ts";
import { Watcher } from "./watcher.ts";

/** What an engine needs. */
export interface EngineOptions {
  config: Config;
  /** Is not closed by the engine. */
  store: Store;
  log: Log;
  /** Identifies this process among those that share the store. */
  holder: string;
  /** Unix time in seconds. */
  now?: () => number;
  /** Random numbers in [0, 1), for autolearn and admission. */
  random?: () => number;
  /** What programs say about autolearn; nothing by default. */
  autolearn?: AutolearnRegistry;
  /** Gives the seed of each training. */
  nextSeed?: () => number;
}

/** It is looked for another rspamd once in so many watch intervals, */
const FOLLOW_INTERVALS = 10;
/** and at least as often as this. */
const LONGEST_FOLLOW_SECONDS = 3600;

/** How to score a scan. */
type ScanOptions = Omit<ScoreOptions, "kept" | "counts">;

/** A training of one line of networks that was asked for. */
export interface TrainingAnswer {
  rule: string;
  settings: string;
  metatoken_version: MetatokenVersion;
  /** What became of it; absent when it could not be done. */
  report?: TrainingReport;
  /** Why it could not be done. */
  reason?: string;
}

/** Networks that score, learn and train. */
export class Engine {
  #options: Required<EngineOptions>;
  /** As it was given last; {@linkcode Networks.config} has less. */
  #config: Config;
  #networks: Networks;
  #watcher: Watcher;
  #autolearning: Autolearning;
  #refusals: Refusals;
  #recentScores: RecentScores;
  #figures: EngineFigures;
  #learner: Learner;
  #trainer = new Trainer();
  #isStopped = false;
  /** Changes of the networks, one after the other. */
  #changes: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Makes an engine; it knows no model before {@linkcode Engine.start}. */
  constructor(options: EngineOptions) {
    this.#options = {
      now: () => Date.now() / 1000,
      random: Math.random,
      autolearn: new AutolearnRegistry(),
      nextSeed: () => crypto.getRandomValues(new Uint32Array(1))[0],
      ...options,
    };
    const { config, store, autolearn, log, random } = this.#options;
    this.#config = config;
    this.#networks = new Networks(config, store.pluginVersion);
    this.#autolearning = new Autolearning(autolearn, log, random);
    this.#refusals = new Refusals(this.#options.now);
    this.#recentScores = new RecentScores(
      () => this.#networks.config.neurald.recentScores,
      this.#options.now,
    );
    this.#figures = new EngineFigures(store, this.#options.now);
    this.#learner = new Learner(
      store,
      this.#autolearning,
      this.#refusals,
      this.#figures.learns,
      random,
    );
    this.#watcher = this.#newWatcher();
  }

  #newWatcher(previous?: Watcher): Watcher {
    const networks = this.#networks;
    this.#figures.addRules(networks.config.rules);
    return new Watcher(
      networks,
      {
        ...this.#options,
        config: networks.config,
        excludedFrom: (rule) => networks.excludedFrom(rule),
        trainer: this.#trainer,
      },
      this.#figures,
      previous,
    );
  }

  /** The models that the store has. */
  readonly models = new Models(() => this.#watcher);

  /** Resolves with the reason when a training goes on that nobody can end. */
  get failed(): Promise<Error> {
    return this.#trainer.lost;
  }

  /** The networks of today's configuration. */
  get networks(): Networks {
    return this.#networks;
  }

  /** Loads what the store has, and begins to watch it. */
  async start(): Promise<void> {
    await this.#watcher.start();
    this.#followLater();
  }

  /** Stops watching. A training under way is given up. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#watcher.stop("neurald is stopping");
    await this.#changes;
    this.#trainer[Symbol.dispose]();
  }

  /**
   * Goes on with another configuration. Models stay in service; a training
   * under way is given up.
   */
  reconfigure(config: Config): Promise<void> {
    return this.#inTurn(() =>
      this.#renew(config, "the configuration was reloaded")
    );
  }

  #inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.#changes.then(change);
    this.#changes = done.catch(() => {});
    return done;
  }

  async #renew(config: Config, reason: string): Promise<void> {
    await this.#watcher.stop(reason);
    if (this.#isStopped) return;
    this.#config = config;
    const { pluginVersion } = this.#options.store;
    this.#networks = new Networks(config, pluginVersion, this.#networks);
    this.#watcher = this.#newWatcher(this.#watcher);
    await this.#watcher.start();
  }

  /** Looks from time to time whether rspamd has become another one. */
  #followLater(): void {
    if (this.#isStopped || !this.#options.store.followRspamd) return;
    const seconds = this.#networks.config.rules
      .map((rule) => FOLLOW_INTERVALS * rule.watchIntervalSeconds);
    this.#timer = setTimeout(async () => {
      // What is wrong with the store is told by the watch loop.
      await this.#inTurn(() => this.#follow()).catch(() => {});
      this.#followLater();
    }, 1000 * Math.min(LONGEST_FOLLOW_SECONDS, ...seconds));
  }

  /** Goes on under the keys of another rspamd, if there is one now. */
  async #follow(): Promise<void> {
    const { store, log } = this.#options;
    if (this.#isStopped || !await store.followRspamd?.()) return;
    log.info("another rspamd shares the store, and its keys are used now", {
      plugin_version: store.pluginVersion,
    });
    await this.#renew(this.#config, "another rspamd shares the store");
  }

  /** See {@linkcode scoreScan}. The scores are counted, and the last kept. */
  score(scan: Scan, options?: ScanOptions): Score[] {
    const kept = this.#recentScores;
    const counts = this.#figures.scores;
    return scoreScan(this.#networks, scan, { ...options, kept, counts });
  }

  /** The same, of a scan that somebody tries out: nobody hears of it. */
  tryScan(scan: Scan, options?: ScanOptions): Score[] {
    return scoreScan(this.#networks, scan, options);
  }

  /** The last scores, newest first, and how many were given so far. */
  recentScores(): { given: number; scores: RecentScore[] } {
    const { given } = this.#recentScores;
    return { given, scores: this.#recentScores.list() };
  }

  /** See {@linkcode Learner.learn}. */
  async learn(requests: LearnRequest[]): ReturnType<Learner["learn"]> {
    const answers = await this.#learner.learn(this.#networks, requests);
    for (const answer of answers) {
      if (!(answer instanceof Error)) this.#tell(answer);
    }
    return answers;
  }

  /** Guards say in their own words why not, and the log knows no content. */
  #tell(answers: LearnAnswer[]): void {
    const { log } = this.#options;
    for (const answer of answers) {
      const { rule, settings, class: mailClass, outcome, reason = "" } = answer;
      const about = { rule, settings, class: mailClass, outcome };
      if (answer.learned) log.debug("a scan was learned", about);
      else {
        const fields = { ...about, reason: kindOf(reason) };
        log.debug("a scan was not learned", fields);
      }
    }
  }

  /**
   * Learns whole vectors, and begins to train the networks that they taught.
   *
   * @throws what {@linkcode learnVectors} throws
   */
  async learnVectors(
    rule: string,
    vectors: Record<MailClass, number[][]>,
  ): Promise<void> {
    const networks = this.#networks;
    const { store } = this.#options;
    const { learns } = this.#figures;
    const taught = await learnVectors(store, networks, rule, vectors, learns);
    // Not awaited; what becomes of it is recorded.
    for (const network of taught) this.#train(network);
  }

  /**
   * Trains all networks of a rule, or of all rules, now.
   *
   * @throws {import("./networks.ts").UnknownRuleError} when it is unknown
   */
  train(rule?: string): Promise<TrainingAnswer[]> {
    const networks = this.#networks.rules(rule)
      .flatMap((rule) => this.#networks.ofRule(rule));
    return Promise.all(networks.map((network) => this.#train(network)));
  }

  async #train(network: Network): Promise<TrainingAnswer> {
    const answer: TrainingAnswer = {
      rule: network.rule.name,
      settings: network.name.settings,
      metatoken_version: network.name.metatokens,
    };
    try {
      answer.report = await this.#watcher.train(network);
    } catch (error) {
      answer.reason = (error as Error).message;
    }
    return answer;
  }

  /** See {@linkcode describe}. */
  async status(withinMs?: number): Promise<Status> {
    const status = await describe(
      this.#networks,
      this.#options.store,
      this.#watcher.externalModels,
      withinMs,
    );
    const guards = this.#autolearning.guardStatus(this.#networks.config);
    return guards.length === 0 ? status : { ...status, guards };
  }

  /**
   * See {@linkcode describePools}.
   *
   * @throws {import("./networks.ts").UnknownRuleError} when it is unknown
   */
  pools(rule?: string): Promise<Pools> {
    const rules = this.#networks.rules(rule);
    return describePools(this.#networks, rules, this.#poolsContext());
  }

  #poolsContext(): PoolsContext {
    const { store, now } = this.#options;
    return { store, refusals: this.#refusals, now: now() };
  }

  /**
   * See {@linkcode describeLine}.
   *
   * @returns undefined where there is no such line
   */
  async line(
    series: Series,
    withinMs: number,
  ): Promise<LineDetails | undefined> {
    const network = this.#networks.all()
      .find((network) => network.series === series);
    return network &&
      await describeLine(network, this.#poolsContext(), withinMs);
  }

  /** Everything in figures. It takes a second at most, whatever the store does. */
  figures(): Promise<Family[]> {
    const networks = this.#networks;
    const { externalModels } = this.#watcher;
    const guards = this.#autolearning.guardStatus(networks.config);
    return this.#figures.families({ networks, externalModels, guards });
  }

  /** Rejects unless scans can be learned now. */
  check(): Promise<void> {
    return this.#options.store.check();
  }
}
