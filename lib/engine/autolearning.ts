/**
 * Autolearn of the rules: its options, its guards, and what the network in
 * service thinks.
 *
 * @module
 */

import type { Config, RuleConfig } from "../config/config.ts";
import type { MailClass } from "../features/mail_class.ts";
import type { Scan } from "../features/scan.ts";
import type { Autolearn } from "../policy/autolearn/autolearn.ts";
import type { AutolearnOptions } from "../policy/autolearn/options.ts";
import { AutolearnError } from "../policy/autolearn/problems.ts";
import type { AutolearnRegistry } from "../policy/autolearn/registry.ts";
import type { GuardStatus } from "../policy/guards/guard.ts";
import {
  askGuards,
  type GuardCounts,
  type GuardFailed,
  inOrderOfPriority,
  type RegisteredGuard,
} from "../policy/guards/guards.ts";
import type { DailyLimit } from "./daily_limit.ts";
import { configuredGuards } from "./configured_guards.ts";
import type { Log } from "../log/log.ts";
import type { Networks } from "./networks.ts";
import { probabilityBy } from "./scorer.ts";

/** What a scan is learned as by itself, or why as nothing. */
export type AutolearnChoice =
  | { class: MailClass; limit?: DailyLimit }
  | { reason: string };

/** Autolearn of one rule, or why there is none, and what it was made of. */
interface Compiled {
  defaults: AutolearnOptions;
  autolearn: Autolearn | string;
}

/** Decides what scans are learned as by themselves. */
export class Autolearning {
  readonly #registry: AutolearnRegistry;
  readonly #random: () => number;
  readonly #log: Log;
  readonly #compiled = new WeakMap<RuleConfig, Compiled>();
  /** What the guards of configurations answered, by their names. */
  readonly #guardCounts = new Map<string, GuardCounts>();
  #configured: { config: Config; guards: RegisteredGuard[] } | undefined;

  /** @param random gives numbers in [0, 1) */
  constructor(registry: AutolearnRegistry, log: Log, random: () => number) {
    this.#registry = registry;
    this.#random = random;
    this.#log = log;
  }

  /**
   * Decides what a rule learns a scan as. Never rejects for what guards do.
   *
   * @returns undefined when the rule's autolearn is not enabled
   */
  async choose(
    networks: Networks,
    rule: RuleConfig,
    scan: Scan,
  ): Promise<AutolearnChoice | undefined> {
    const autolearn = this.#autolearnOf(rule);
    if (typeof autolearn === "string") return { reason: autolearn };
    const { options } = autolearn;
    if (!options.enabled) return undefined;
    const guards = this.#guards(networks.config);
    const decision = await autolearn.learnType(scan, {
      guard: guards.length === 0
        ? undefined
        : (mailClass) =>
          askGuards(guards, scan, mailClass, {
            rule: rule.name,
            score: scan.score,
            action: scan.action,
            options,
          }, this.#noteFailure),
      probability: () => probabilityBy(networks, rule, scan),
      random: this.#random,
    });
    if (decision.class === undefined) return { reason: decision.reason };
    const { enabled, maxDaily, redisPrefix } = options.rateLimit;
    return {
      class: decision.class,
      limit: enabled ? { prefix: redisPrefix, maxDaily } : undefined,
    };
  }

  readonly #noteFailure: GuardFailed = (guard, error, failed) =>
    this.#log.warn("a guard gave no answer", { guard, error, failed });

  /** What became of the answers of all guards, by priority. */
  guardStatus(config: Config): GuardStatus[] {
    return this.#guards(config).map(({ status }) => status);
  }

  /** Those of programs before those of the configuration, where equal. */
  #guards(config: Config): RegisteredGuard[] {
    if (this.#configured?.config !== config) {
      const guards = configuredGuards(config, this.#guardCounts);
      this.#configured = { config, guards };
    }
    return inOrderOfPriority([
      ...this.#registry.guards.list(),
      ...this.#configured.guards,
    ]);
  }

  /** Made anew when the defaults have changed. */
  #autolearnOf(rule: RuleConfig): Autolearn | string {
    const { defaults } = this.#registry;
    const known = this.#compiled.get(rule);
    if (known?.defaults === defaults) return known.autolearn;
    const autolearn = this.#compile(rule);
    this.#compiled.set(rule, { defaults, autolearn });
    return autolearn;
  }

  /** Dangerous only where what programs configured goes ill with the rule. */
  #compile(rule: RuleConfig): Autolearn | string {
    try {
      return this.#registry.autolearn(rule.autolearnChanges);
    } catch (error) {
      if (!(error instanceof AutolearnError)) throw error;
      const { message } = error;
      this.#log.error("nothing is learned without a class", {
        rule: rule.name,
        reason: message,
      });
      return message;
    }
  }
}
