/**
 * Options of a rule: one network, or one for each settings name.
 *
 * @module
 */

import { option, optional, section } from "../option.ts";
import {
  allOrNames,
  anything,
  boolean,
  duration,
  integer,
  looseBoolean,
  name,
  nameLists,
  number,
  oneOf,
  positive,
  positives,
  probability,
  switchedNames,
  typedSections,
} from "../option_types.ts";
import { AUTOLEARN_OPTIONS } from "./autolearn.ts";
import { EXTERNAL_MODEL_OPTIONS } from "./external_model.ts";
import { MAX_TIMER_SECONDS } from "./limits.ts";
import { TRAIN_OPTIONS } from "./train.ts";

const FUSION_OPTIONS = {
  normalization: option({
    name: "normalization",
    type: oneOf(["none", "unit", "zscore"]),
    default: "none",
    description: "how vectors are scaled",
  }),
  includeMetatokens: option({
    name: "include_meta",
    type: boolean,
    default: true,
    description: "add the metatokens to the vector",
    noEffect: "later",
  }),
  metatokenWeight: option({
    name: "meta_weight",
    type: number(),
    default: 1,
    description: "factor of the metatokens",
    noEffect: "later",
  }),
  perProviderPca: option({
    name: "per_provider_pca",
    type: boolean,
    default: false,
    description: "reduce each provider's vector before joining",
    noEffect: "later",
  }),
};

/** Defaults as in rspamd's `lualib/plugins/neural.lua`. */
export const RULE_OPTIONS = {
  enabled: option({
    name: "enabled",
    type: boolean,
    default: true,
    description: "use this rule",
  }),
  prefix: optional({
    name: "prefix",
    type: name,
    description: "names the rule's data in the store; its key unless set",
  }),
  name: optional({
    name: "name",
    type: name,
    description: "names the rule in messages; its key unless set",
  }),
  servesDefault: option({
    name: "default",
    type: looseBoolean,
    default: true,
    description: "score messages that have no settings",
  }),
  allowedSettings: option({
    name: "allowed_settings",
    type: allOrNames,
    default: [],
    description: 'settings names to score too, each on its own; or "all"',
  }),
  symbolSpam: option({
    name: "symbol_spam",
    type: name,
    default: "NEURAL_SPAM",
    description: "symbol inserted for spam",
  }),
  symbolHam: option({
    name: "symbol_ham",
    type: name,
    default: "NEURAL_HAM",
    description: "symbol inserted for ham",
  }),
  train: section({
    name: "train",
    options: TRAIN_OPTIONS,
    description: "when and how the rule learns",
  }),
  watchIntervalSeconds: option({
    name: "watch_interval",
    type: duration({ min: 0.001, max: MAX_TIMER_SECONDS }),
    default: 60,
    description: "how often to look for new samples and networks",
  }),
  lockExpireSeconds: optional({
    name: "lock_expire",
    type: duration({ min: 1 }),
    description:
      "when an idle training lock ends; 10s or 2 watch_intervals unless set",
  }),
  learningSpawned: option({
    name: "learning_spawned",
    type: boolean,
    default: false,
    description: "unused; rspamd's own note that a training runs",
    noEffect: "ignored",
  }),
  annExpireSeconds: option({
    name: "ann_expire",
    type: duration({ min: 1 }),
    default: 2 * 86_400,
    description: "how long rspamd is to keep a network that nobody uses",
  }),
  hiddenLayerMultiplier: option({
    name: "hidden_layer_mult",
    type: positive,
    default: 1.5,
    description: "size of the hidden layer in inputs",
  }),
  profiles: option({
    name: "profile",
    type: nameLists,
    default: new Map<string, ReadonlySet<string>>(),
    description: "fixed lists of symbols to learn from, by settings name",
  }),
  blacklistedSymbols: option({
    name: "blacklisted_symbols",
    type: switchedNames,
    default: new Set<string>(),
    description: "symbols never to learn from",
  }),
  spamScoreThreshold: optional({
    name: "spam_score_threshold",
    type: probability,
    description: "least output for the spam symbol",
  }),
  hamScoreThreshold: optional({
    name: "ham_score_threshold",
    type: probability,
    description: "least output, its sign turned, for the ham symbol",
  }),
  flatThresholdCurve: option({
    name: "flat_threshold_curve",
    type: boolean,
    default: false,
    description: "insert symbols with full weight once past the threshold",
  }),
  rocEnabled: option({
    name: "roc_enabled",
    type: boolean,
    default: false,
    description: "choose the thresholds by the ROC of each training",
  }),
  rocMisclassificationCost: option({
    name: "roc_misclassification_cost",
    type: probability,
    default: 0.5,
    description: "cost of taking spam for ham, against the other way round",
  }),
  architecture: option({
    name: "architecture",
    type: oneOf([
      "auto",
      "mlp",
      "symbol",
      "linear",
      "embedding",
      "conv1d",
      "attention",
    ]),
    default: "auto",
    description: "shape of the network; auto: the best by cross-validation",
    noEffect: "later",
    acts: (architecture) => !["conv1d", "attention"].includes(architecture),
  }),
  maxInputs: optional({
    name: "max_inputs",
    type: integer({ min: 1 }),
    description: "reduce vectors to so many inputs (PCA)",
  }),
  layers: optional({
    name: "layers",
    type: positives,
    description: "sizes of the layers in inputs",
    noEffect: "later",
  }),
  dropout: optional({
    name: "dropout",
    type: probability,
    description: "part of the inputs that training leaves out at random",
    noEffect: "later",
  }),
  useLayerNormalization: optional({
    name: "use_layernorm",
    type: boolean,
    description: "normalise each layer",
    noEffect: "later",
  }),
  activation: optional({
    name: "activation",
    type: oneOf(["relu", "gelu"]),
    description: "activation function of the layers",
    noEffect: "later",
  }),
  conv1d: optional({
    name: "conv1d",
    type: anything,
    description: "convolution over a sequence of words",
    noEffect: "later",
  }),
  attention: optional({
    name: "attention",
    type: anything,
    description: "attention over a sequence of words",
    noEffect: "later",
  }),
  disableSymbolsInput: option({
    name: "disable_symbols_input",
    type: boolean,
    default: false,
    description: "do not learn from symbols",
    noEffect: "later",
  }),
  providers: option({
    name: "providers",
    type: typedSections,
    default: [],
    description: "further sources of inputs",
    noEffect: "later",
    secret: "inside",
  }),
  fusion: section({
    name: "fusion",
    options: FUSION_OPTIONS,
    description: "how the vectors of several providers are joined",
  }),
  autolearn: section({
    name: "autolearn",
    options: AUTOLEARN_OPTIONS,
    description: "which messages teach the network by themselves",
  }),
  externalModel: section({
    name: "external_model",
    options: EXTERNAL_MODEL_OPTIONS,
    description: "a network trained elsewhere",
  }),
};
