/**
 * Looks from time to time whether there are new external models.
 *
 * Each host asks for itself, which costs next to nothing while a file is the
 * same. Whoever finds another one first publishes it under the lock of the
 * line, and the others load it as they load every model.
 *
 * @module
 */

import type { RuleConfig } from "../../config/config.ts";
import { shownLocation } from "../../external/location.ts";
import { METATOKEN_VERSIONS } from "../../features/metatokens.ts";
import type { ExternalSource } from "../../model/external_source.ts";
import { lineFor } from "../models/import.ts";
import type { ModelKeeper } from "../models/keeper.ts";
import { onLine } from "../models/line.ts";
import type { Network } from "../network.ts";
import { applyModel } from "./apply.ts";
import { failureOf } from "./failure.ts";
import { type FetchedModel, fetchModel, locationOf } from "./fetch.ts";
import { ExternalState, type ExternalStatus } from "./state.ts";

/** Who lets an external model be put into service. */
export interface ExternalKeeper extends ModelKeeper {
  /**
   * Works on a network as {@linkcode ModelKeeper.change} does, when a training
   * that is under way has ended.
   */
  inTurn<T>(
    network: Network,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
}

/** Looks after the external models of all rules until it is stopped. */
export class ExternalModels {
  readonly #keeper: ExternalKeeper;
  /** By the name of the rule; those of the configuration before at first. */
  readonly #states: Map<string, ExternalState>;
  readonly #stopped = new AbortController();
  #timers = new Map<RuleConfig, ReturnType<typeof setTimeout>>();
  /** The check of each rule that is under way, or was the last. */
  #checks = new Map<RuleConfig, Promise<void>>();

  /** @param previous those of the configuration before, whose state goes on */
  constructor(keeper: ExternalKeeper, previous?: ExternalModels) {
    this.#keeper = keeper;
    this.#states = new Map(previous ? previous.#states : []);
  }

  /** What became of that of a rule so far; nothing where it has none. */
  statusOf({ name, externalModel }: RuleConfig): ExternalStatus | undefined {
    const { url, baseUrl } = externalModel;
    if (url === undefined && baseUrl === undefined) return undefined;
    return this.#states.get(name)?.status;
  }

  /** Begins to look; it does not wait for what it finds. */
  start(): void {
    const { rules } = this.#keeper.networks.config;
    rules.forEach((rule) => this.#begin(rule));
  }

  /** Stops; when it resolves, nothing is under way. */
  async stop(): Promise<void> {
    this.#stopped.abort(new Error("neurald is stopping"));
    this.#timers.forEach((timer) => clearTimeout(timer));
    await Promise.all(this.#checks.values());
  }

  #begin(rule: RuleConfig): void {
    this.#checks.set(rule, this.#check(rule));
  }

  /** One check, and the next one later. */
  async #check(rule: RuleConfig): Promise<void> {
    const { now } = this.#keeper.context;
    const { signal } = this.#stopped;
    const url = await locationOf(rule);
    if (!url || signal.aborted) return;
    const state = this.#stateOf(rule, shownLocation(url));
    try {
      await this.#update(rule, url);
      state.succeed(now());
    } catch (error) {
      if (!signal.aborted) state.fail(failureOf(error), now());
    }
    if (signal.aborted) return;
    const { checkIntervalSeconds } = rule.externalModel;
    const wait = state.untilNext(checkIntervalSeconds, now(), Math.random());
    const timer = setTimeout(() => this.#begin(rule), 1000 * wait);
    this.#timers.set(rule, timer);
  }

  #stateOf({ name }: RuleConfig, url: string): ExternalState {
    const { log } = this.#keeper.context;
    const known = this.#states.get(name);
    if (known?.status.url === url) return known;
    const state = new ExternalState(name, url, log);
    this.#states.set(name, state);
    return state;
  }

  async #update(rule: RuleConfig, url: URL): Promise<void> {
    const { now } = this.#keeper.context;
    const known = this.#takenBy(rule, shownLocation(url));
    const { signal } = this.#stopped;
    const file = await fetchModel(rule, url, known, now(), signal);
    if (!file) return;
    let failure: unknown;
    for (const settings of this.#keeper.networks.settingsOf(rule)) {
      signal.throwIfAborted();
      // One that does not fit some settings may fit others.
      await this.#apply(file, rule, settings).catch((error) =>
        failure ??= error
      );
    }
    if (failure !== undefined) throw failure;
  }

  /** The file that a rule has taken for all settings, if there is one. */
  #takenBy(rule: RuleConfig, url: string): ExternalSource | undefined {
    const { networks } = this.#keeper;
    const taken = networks.settingsOf(rule).map((settings) =>
      METATOKEN_VERSIONS
        .map((version) => networks.line(rule, settings, version))
        .flatMap((line) => line?.live?.external ?? [])
    );
    const known = taken[0]?.find((source) =>
      source.url === url && source.signed_by === rule.externalModel.signKey
    );
    const isKnown = ({ sha256 }: ExternalSource) => sha256 === known?.sha256;
    return taken.every((sources) => sources.some(isKnown)) ? known : undefined;
  }

  async #apply(
    file: FetchedModel,
    rule: RuleConfig,
    settings: string,
  ): Promise<void> {
    const keeper = this.#keeper;
    const { networks } = keeper;
    const line = lineFor(file, keeper, { rule: rule.name, settings });
    await onLine(
      line,
      networks,
      () =>
        keeper.inTurn(line, (signal) => applyModel(file, line, keeper, signal)),
    );
  }
}
