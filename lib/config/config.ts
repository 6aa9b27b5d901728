/**
 * A configuration: plain data, in units that the names tell.
 *
 * @module
 */

import type { AutolearnChanges } from "../policy/autolearn/options.ts";
import type { ValuesOf } from "./option.ts";
import type { TOP_OPTIONS } from "./options.ts";
import type { GUARD_OPTIONS } from "./options/guards.ts";
import type { NEURALD_OPTIONS } from "./options/neurald.ts";
import type { REDIS_OPTIONS } from "./options/redis.ts";
import type { RULE_OPTIONS } from "./options/rule.ts";
import type { TRAIN_OPTIONS } from "./options/train.ts";

/** Options of `train { }`. */
export type TrainConfig = ValuesOf<typeof TRAIN_OPTIONS>;

/** Options of `neurald { }`. */
export type NeuraldConfig = ValuesOf<typeof NEURALD_OPTIONS>;

/** Options of a guard, `neurald { guards { NAME { } } }`. */
export type GuardConfig = ValuesOf<typeof GUARD_OPTIONS>;

/** What was said about Redis; everything else is undefined. */
export type RedisConfig = ValuesOf<typeof REDIS_OPTIONS>;

/** A rule: one network, or one for each settings name. */
export interface RuleConfig
  extends Omit<ValuesOf<typeof RULE_OPTIONS>, "prefix" | "name" | "profiles"> {
  /** Its key in `rules { }`; `default` for a configuration without rules. */
  readonly key: string;
  /** Part of the names of its data in the store; no two rules share one. */
  readonly prefix: string;
  /** Its name in messages; no two rules share one. */
  readonly name: string;
  /**
   * Fixed symbol lists by settings name: each symbol once, none of the
   * blacklisted ones, in the order of their bytes.
   */
  readonly profiles: ReadonlyMap<string, readonly string[]>;
  /** Those of the rule and those of the whole module. */
  readonly blacklistedSymbols: ReadonlySet<string>;
  /** Those of the options of `autolearn { }` that were given. */
  readonly autolearnChanges: AutolearnChanges;
}

/** A whole configuration, defaults filled in. */
export interface Config
  extends Omit<ValuesOf<typeof TOP_OPTIONS>, "blacklistedSymbols"> {
  /** At least one. */
  readonly rules: readonly RuleConfig[];
}
