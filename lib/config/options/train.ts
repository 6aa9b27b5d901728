/**
 * Options of `train { }`: when and how a rule learns.
 *
 * @module
 */

import { option, optional } from "../option.ts";
import {
  boolean,
  integer,
  number,
  oneOf,
  positive,
  probability,
} from "../option_types.ts";

/** Defaults as in rspamd's `lualib/plugins/neural.lua`. */
export const TRAIN_OPTIONS = {
  maxTrains: option({
    name: "max_trains",
    aliases: ["max_train"],
    type: integer({ min: 1 }),
    default: 1000,
    description: "samples needed before a network is trained",
  }),
  maxEpoch: option({
    name: "max_epoch",
    type: integer({ min: 1 }),
    default: 1000,
    description: "unused; the number of epochs is max_iterations",
    noEffect: "ignored",
  }),
  maxUsages: option({
    name: "max_usages",
    type: integer({ min: 1 }),
    default: 10,
    description:
      "trainings that go on from the last weights, then one starts afresh",
  }),
  maxIterations: option({
    name: "max_iterations",
    type: integer({ min: 1 }),
    default: 25,
    description: "most epochs of one training",
  }),
  mse: option({
    name: "mse",
    type: number({ min: 0 }),
    default: 0.001,
    description: "unused; was the error at which training stopped",
    noEffect: "ignored",
  }),
  autotrain: option({
    name: "autotrain",
    type: boolean,
    default: true,
    description: "learn from messages whose verdict is sure",
  }),
  trainProbability: option({
    name: "train_prob",
    type: probability,
    default: 1,
    description: "probability that such a message is kept as a sample",
  }),
  learnThreads: option({
    name: "learn_threads",
    type: integer({ min: 1 }),
    default: 1,
    description: "unused; one training runs at a time",
    noEffect: "ignored",
  }),
  learnMode: option({
    name: "learn_mode",
    type: oneOf(["balanced", "proportional"]),
    default: "balanced",
    description: "keep as much spam as ham, or what comes",
  }),
  learningRate: optional({
    name: "learning_rate",
    type: positive,
    description:
      "step size of the training; 0.01 unless set, of embedding 0.001",
  }),
  classesBias: option({
    name: "classes_bias",
    type: probability,
    default: 0,
    description: "balanced: how much one class may be ahead, 0 = not at all",
  }),
  spamSkipProbability: option({
    name: "spam_skip_prob",
    type: probability,
    default: 0,
    description: "proportional: probability that spam is not kept",
  }),
  hamSkipProbability: option({
    name: "ham_skip_prob",
    type: probability,
    default: 0,
    description: "proportional: probability that ham is not kept",
  }),
  storePoolOnly: option({
    name: "store_pool_only",
    type: boolean,
    default: false,
    description: "compute vectors and digests without learning from them",
  }),
  storeSetOnly: option({
    name: "store_set_only",
    type: boolean,
    default: false,
    description: "keep samples and do not train",
  }),
  frozen: option({
    name: "frozen",
    type: boolean,
    default: false,
    description: "learn only what is taught by hand; keep serving the network",
  }),
  spamScore: optional({
    name: "spam_score",
    type: number(),
    description: "learn as spam from this score on, whatever the verdict",
  }),
  hamScore: optional({
    name: "ham_score",
    type: number(),
    description: "learn as ham up to this score, whatever the verdict",
  }),
  forcedLearnMinimalScan: optional({
    name: "forced_learn_minimal_scan",
    type: boolean,
    description: "skip other checks for a message that is taught by hand",
    noEffect: "scanner",
  }),
};
