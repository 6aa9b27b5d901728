/**
 * Options of `autolearn { }`: which messages teach the network by themselves.
 *
 * @module
 */

import { AUTOLEARN_DEFAULTS } from "../../policy/autolearn/options.ts";
import { option, optional, section } from "../option.ts";
import {
  boolean,
  integer,
  name,
  names,
  number,
  probability,
  text,
} from "../option_types.ts";

const { probabilityCheck, rateLimit, sampling } = AUTOLEARN_DEFAULTS;

const PROBABILITY_CHECK_OPTIONS = {
  enabled: option({
    name: "enabled",
    type: boolean,
    default: probabilityCheck.enabled,
    description: "skip what is already judged with confidence",
  }),
  variable: option({
    name: "variable",
    type: name,
    default: probabilityCheck.variable,
    description: "name of the variable that holds the probability",
  }),
  spamMinimum: option({
    name: "spam_min",
    type: probability,
    default: probabilityCheck.spamMinimum,
    description: "spam from this probability on is skipped",
  }),
  hamMaximum: option({
    name: "ham_max",
    type: probability,
    default: probabilityCheck.hamMaximum,
    description: "ham up to this probability is skipped",
  }),
};

const RATE_LIMIT_OPTIONS = {
  enabled: option({
    name: "enabled",
    type: boolean,
    default: rateLimit.enabled,
    description: "limit how much is learned",
  }),
  maxDaily: option({
    name: "max_daily",
    type: integer({ min: 0 }),
    default: rateLimit.maxDaily,
    description: "most messages of each class in a day",
  }),
  redisPrefix: option({
    name: "redis_prefix",
    type: name,
    default: rateLimit.redisPrefix,
    description: "beginning of the names of the counters",
  }),
};

const SAMPLING_OPTIONS = {
  spamProbability: option({
    name: "spam_prob",
    type: probability,
    default: sampling.spamProbability,
    description: "probability that fitting spam is learned",
  }),
  hamProbability: option({
    name: "ham_prob",
    type: probability,
    default: sampling.hamProbability,
    description: "probability that fitting ham is learned",
  }),
};

/** Defaults as in rspamd's `lualib/lua_neural_learn.lua`. */
export const AUTOLEARN_OPTIONS = {
  enabled: option({
    name: "enabled",
    type: boolean,
    default: AUTOLEARN_DEFAULTS.enabled,
    description: "learn by these conditions",
  }),
  spamScore: optional({
    name: "spam_score",
    type: number(),
    description: "spam has at least this score",
  }),
  hamScore: optional({
    name: "ham_score",
    type: number(),
    description: "ham has at most this score",
  }),
  spamAction: optional({
    name: "spam_action",
    type: text,
    description: "spam got this action",
  }),
  hamAction: optional({
    name: "ham_action",
    type: text,
    description: "ham got this action",
  }),
  spamCondition: optional({
    name: "spam_condition",
    type: text,
    description: "spam fits this expression of symbols",
  }),
  hamCondition: optional({
    name: "ham_condition",
    type: text,
    description: "ham fits this expression of symbols",
  }),
  spamSymbols: optional({
    name: "spam_symbols",
    type: names,
    description: "spam has all of these symbols",
  }),
  hamSymbols: optional({
    name: "ham_symbols",
    type: names,
    description: "ham has all of these symbols",
  }),
  skipSymbols: optional({
    name: "skip_symbols",
    type: names,
    description: "a message with one of these symbols is not learned",
  }),
  spamSymbolWeight: optional({
    name: "spam_symbol_weight",
    type: number(),
    description: "the scores of spam_symbols add up to at least this",
  }),
  hamSymbolWeight: optional({
    name: "ham_symbol_weight",
    type: number(),
    description: "the scores of ham_symbols add up to at most this",
  }),
  probabilityCheck: section({
    name: "probability_check",
    options: PROBABILITY_CHECK_OPTIONS,
    description: "skips what is already judged with confidence",
  }),
  rateLimit: section({
    name: "rate_limit",
    options: RATE_LIMIT_OPTIONS,
    description: "limits how much is learned in a day",
  }),
  sampling: section({
    name: "sampling",
    options: SAMPLING_OPTIONS,
    description: "learns only a part of what fits",
  }),
  excludeLocal: option({
    name: "exclude_local",
    aliases: ["check_local"],
    type: boolean,
    default: AUTOLEARN_DEFAULTS.excludeLocal,
    description: "do not learn from messages of the local network",
  }),
  excludeUsers: option({
    name: "exclude_users",
    aliases: ["check_authed"],
    type: boolean,
    default: AUTOLEARN_DEFAULTS.excludeUsers,
    description: "do not learn from messages of authenticated users",
  }),
};
