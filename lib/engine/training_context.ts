/**
 * What trainings, and other changes of models, need of their surroundings.
 *
 * @module
 */

import type { Config, RuleConfig } from "../config/config.ts";
import type { Store } from "../store/store.ts";
import type { Trainer } from "../train/trainer.ts";
import type { Log } from "../log/log.ts";

/** What trainings need of their surroundings. */
export interface TrainingContext {
  store: Store;
  config: Config;
  log: Log;
  /** Symbols that are no inputs of a rule's networks. */
  excludedFrom: (rule: RuleConfig) => ReadonlySet<string>;
  /** Identifies this process among those that share the store. */
  holder: string;
  /** Unix time in seconds. */
  now: () => number;
  /** Gives a seed for all that chance decides in a training. */
  nextSeed: () => number;
  trainer: Trainer;
}
