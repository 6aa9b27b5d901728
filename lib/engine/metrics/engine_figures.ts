/**
 * Everything that an engine has to tell in figures.
 *
 * @module
 */

import type { RuleConfig } from "../../config/config.ts";
import { type Family, gauge } from "../../metrics/family.ts";
import type { GuardStatus } from "../../policy/guards/guard.ts";
import type { Store } from "../../store/store.ts";
import type { ExternalModels } from "../external/external_models.ts";
import type { Networks } from "../networks.ts";
import { guardFamilies } from "./guard_families.ts";
import { LearnCounts } from "./learn_counts.ts";
import { LockStates } from "./lock_states.ts";
import { modelFamilies } from "./model_families.ts";
import { poolFamilies } from "./pool_families.ts";
import { externalFamilies, lockFamilies } from "./rule_families.ts";
import { ScoreCounts } from "./score_counts.ts";
import { StoreLooks } from "./store_look.ts";
import { TrainingCounts } from "./training_counts.ts";

/** What is counted elsewhere, at a moment. */
export interface EngineState {
  networks: Networks;
  externalModels: ExternalModels;
  guards: readonly GuardStatus[];
}

/** Counts what an engine does, for as long as the process lives. */
export class EngineFigures {
  readonly scores = new ScoreCounts();
  readonly learns = new LearnCounts();
  readonly trainings = new TrainingCounts();
  readonly locks: LockStates;
  readonly #looks: StoreLooks;
  readonly #now: () => number;

  /** @param now unix time in seconds */
  constructor(store: Store, now: () => number) {
    this.locks = new LockStates(now);
    this.#looks = new StoreLooks(store);
    this.#now = now;
  }

  /** Makes rules known before anything was counted for them. */
  addRules(rules: readonly RuleConfig[]): void {
    for (const { name } of rules) {
      this.learns.addRule(name);
      this.trainings.addRule(name);
    }
  }

  /** All figures. Where the store is away, they lack what only it knows. */
  async families(
    { networks, externalModels, guards }: EngineState,
  ): Promise<Family[]> {
    const all = networks.all();
    const { isUp, overviews } = await this.#looks
      .look(all.map(({ series }) => series));
    return [
      ...this.scores.families(),
      ...this.learns.families(),
      ...poolFamilies(all, overviews, this.#now()),
      ...modelFamilies(all),
      ...this.trainings.families(),
      gauge(
        "neurald_training_in_progress",
        "Trainings that are under way in this process.",
        all.filter(({ progress }) => progress).length,
      ),
      ...lockFamilies(networks, this.locks),
      ...externalFamilies(networks, externalModels),
      ...guardFamilies(guards),
      gauge(
        "neurald_store_up",
        "Whether the store can be read and written, and says so in time.",
        isUp ? 1 : 0,
      ),
    ];
  }
}
