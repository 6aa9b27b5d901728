/**
 * One line of networks: of a rule, a settings name and a metatoken version.
 *
 * @module
 */

import type { RuleConfig } from "../config/config.ts";
import type { Model } from "../model/model.ts";
import type { NetworkName } from "../model/keys.ts";
import type { ExternalSource } from "../model/external_source.ts";
import type { ModelOrigin } from "../model/origin.ts";
import type { ModelTraining } from "../model/stored_model.ts";
import { encodeKann } from "../nn/kann.ts";
import type { Series } from "../store/store.ts";
import type { KnownNetwork } from "../train/job.ts";

/** The model that answers, and since when it does. */
export interface LiveModel {
  model: Model;
  /** Key of the model in the store. */
  key: string;
  /** Unix time in seconds. */
  since: number;
  /** What is known of its training; nothing if rspamd trained it. */
  training?: ModelTraining;
  origin: ModelOrigin;
  /** The external file that its line took last, if it took any. */
  external?: ExternalSource;
}

/** A model as the trainer takes it. */
export function knownNetwork(
  { model, training }: Pick<LiveModel, "model" | "training">,
): KnownNetwork {
  return {
    ann: encodeKann(model.graph),
    symbols: model.layout.symbols,
    transform: model.transform,
    heldOut: training?.held_out,
  };
}

/** How far a training is. */
export interface TrainingProgress {
  /** Unix time in seconds. */
  started_at: number;
  epoch: number;
  epochs: number;
}

/** Longest time between two trainings when one is due. */
const LONGEST_DELAY_SECONDS = 3600;

/** One line of networks, with what this process knows of it. */
export class Network {
  readonly name: NetworkName;
  /** Under which the store keeps it. */
  readonly series: Series;
  readonly rule: RuleConfig;
  /** The configured symbols, sorted. */
  readonly #configured?: readonly string[];
  /** Those that rspamd goes by, where it shares the store. */
  #adopted?: readonly string[];
  /** Nothing until there is a model. */
  live?: LiveModel;
  /** The greatest that a model had; where it was carried over, it has less. */
  newestVersion = 0;
  /** Set while it is in training. */
  progress?: TrainingProgress;
  /** Trainings in a row that gave nothing. */
  failures = 0;
  /** Unix time in seconds before which it is not trained again. */
  retryAt = 0;

  constructor(
    name: NetworkName,
    series: Series,
    rule: RuleConfig,
    symbols?: readonly string[],
  ) {
    this.name = name;
    this.series = series;
    this.rule = rule;
    this.#configured = symbols;
  }

  /** The symbols of its networks; those that occur, if there are none. */
  get symbols(): readonly string[] | undefined {
    return this.#configured ?? this.#adopted;
  }

  /** Goes by the symbols of rspamd, unless others are configured. */
  adopt(symbols: readonly string[]): void {
    this.#adopted = symbols;
  }

  /** The symbols that vectors are laid out by now, if they are known. */
  get profileSymbols(): readonly string[] | undefined {
    return this.symbols ?? this.live?.model.layout.symbols;
  }

  /**
   * Where the model in service was rolled back to, the newest sample then: what
   * is to replace it has to be better on later ones.
   */
  get judgeAfter(): number | undefined {
    const origin = this.live?.origin;
    return origin?.kind === "rollback" ? origin.newest_sample : undefined;
  }

  /** Puts a model into service. */
  serve(live: LiveModel): void {
    this.live = live;
    this.newestVersion = Math.max(this.newestVersion, live.model.version);
    this.failures = 0;
    this.retryAt = 0;
  }

  /**
   * Puts the next training off, after one that gave nothing: for a watch
   * interval, and for twice as long each time.
   *
   * @param now unix time in seconds
   */
  postpone(now: number): void {
    const delay = this.rule.watchIntervalSeconds * 2 ** this.failures;
    this.failures++;
    this.retryAt = now + Math.min(delay, LONGEST_DELAY_SECONDS);
  }

  /**
   * Whether the next training is put off. A wait that is longer than any was
   * set by a clock that has been set back since.
   *
   * @param now unix time in seconds
   */
  isPostponed(now: number): boolean {
    const wait = this.retryAt - now;
    return wait > 0 && wait <= LONGEST_DELAY_SECONDS;
  }

  /** Takes over what another one, of the configuration before, knows. */
  inherit(other: Network): void {
    this.live = other.live;
    this.newestVersion = other.newestVersion;
    this.#adopted = other.#adopted;
    this.failures = other.failures;
    this.retryAt = other.retryAt;
  }
}
