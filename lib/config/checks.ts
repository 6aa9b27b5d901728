/**
 * Checks of a configuration that concern several options at once.
 *
 * @module
 */

import { autolearnProblems } from "../policy/autolearn/problems.ts";
import { checkAccess } from "./access_checks.ts";
import { isRedisUrl, namesRedis } from "./address.ts";
import type { BuiltConfig } from "./build.ts";
import type { RuleConfig } from "./config.ts";
import { checkExternalModel } from "./external_model_checks.ts";
import { checkGuards } from "./guard_checks.ts";
import type { NoEffect } from "./option.ts";
import { AUTOLEARN_OPTIONS } from "./options/autolearn.ts";
import { MODULE_OPTIONS } from "./options/module.ts";
import { RULE_OPTIONS } from "./options/rule.ts";
import type { Severity } from "./problem.ts";
import { type Findings, inside, placeOf } from "./section_reader.ts";
import type { Subject } from "./subject.ts";
import { formatPlace, type Place } from "./ucl/place.ts";

const WHY_NO_EFFECT: Readonly<Record<NoEffect, string>> = {
  later: "this version of neurald does not act on it yet",
  ignored: "rspamd does not act on it either",
  scanner: "it concerns what rspamd does before it asks neurald",
  unneeded: "neurald does not need it",
  reads: "neurald reads from the server that it writes to",
  redis: "it is about Redis, which is not the store; to make it so give " +
    'servers = "HOST:PORT", and no other store',
};

const RULE_CHECKS: readonly ((subject: Subject) => void)[] = [
  checkSymbolsDiffer,
  checkServesSomething,
  checkPoolHasProfile,
  checkLearnMode,
  checkScoresDoNotOverlap,
  checkPoolIsLargeEnough,
  checkProfiles,
  checkAutolearnIsSafe,
  checkScoresAreUsed,
  checkExternalModel,
];

/** Reports what does not go together, and what has no effect. */
export function checkConfig(built: BuiltConfig, findings: Findings): void {
  const enabled = enabledRules(built, findings);
  const subjects = enabled.map((rule) => subjectOf(rule, built, findings));
  for (const subject of subjects) {
    for (const check of RULE_CHECKS) check(subject);
  }
  checkRulesDiffer(built, findings);
  warnOfModuleOff(built, findings);
  checkGuards(built.config.neurald.guards, findings);
  checkAccess(built.config.neurald, findings);
}

/** Reports it when there is none. */
function enabledRules(
  { config, scopes }: BuiltConfig,
  { problems, origins }: Findings,
): RuleConfig[] {
  const rules = config.rules.filter(({ enabled }) => enabled);
  if (rules.length > 0 || config.rules.length === 0) return rules;
  const [{ key }] = config.rules;
  const option = inside(scopes.get(key)!, RULE_OPTIONS.enabled.name);
  const at = origins.get(option.path);
  if (at && at !== "default") {
    const message = "every rule is off, so there is nothing to do";
    problems.add("error", at, option.key, message);
  }
  return rules;
}

/** Who shares the file with rspamd may have switched off its own module. */
function warnOfModuleOff(
  { config }: BuiltConfig,
  { problems, origins }: Findings,
): void {
  const { name } = MODULE_OPTIONS.enabled;
  const at = origins.get(name);
  if (config.enabled || !at || at === "default") return;
  problems.add(
    "warning",
    at,
    name,
    "has no effect: it switches off rspamd's own module, and not neurald",
  );
}

/** Warns of the options that were given and do nothing. */
export function warnOfNoEffect(
  { config }: BuiltConfig,
  { inVain, problems }: Findings,
): void {
  const { neurald: { store }, redis } = config;
  const usesRedis = store === undefined ? namesRedis(redis) : isRedisUrl(store);
  for (const { key, at, reason } of inVain) {
    if (reason === "redis" && usesRedis) continue;
    const message = `has no effect: ${WHY_NO_EFFECT[reason]}`;
    problems.add("warning", at, key, message);
  }
}

function subjectOf(
  rule: RuleConfig,
  { config, scopes }: BuiltConfig,
  findings: Findings,
): Subject {
  const scope = scopes.get(rule.key)!;
  return {
    rule,
    config,
    isSound: (...options) =>
      options.every((name) => !findings.wrong.has(inside(scope, name).path)),
    report: (severity, option, message) =>
      findings.problems.add(
        severity,
        placeOf(option, scope),
        inside(scope, option).key,
        message,
      ),
  };
}

function checkSymbolsDiffer({ rule, isSound, report }: Subject): void {
  if (rule.symbolSpam !== rule.symbolHam) return;
  if (!isSound("symbol_spam", "symbol_ham")) return;
  report(
    "error",
    "symbol_ham",
    `spam and ham have the same symbol ${rule.symbolHam}`,
  );
}

function checkServesSomething({ rule, isSound, report }: Subject): void {
  if (rule.servesDefault || rule.allowedSettings.length > 0) return;
  if (!isSound("default", "allowed_settings")) return;
  report(
    "error",
    "default",
    "the rule scores no message: with default = false it needs " +
      'allowed_settings, "all" or a list of names',
  );
}

function checkPoolHasProfile({ rule, isSound, report }: Subject): void {
  if (!rule.train.storePoolOnly || rule.profiles.size > 0) return;
  if (!isSound("profile")) return;
  report(
    "warning",
    "train.store_pool_only",
    "without a profile nothing says which symbols the vectors are made of; " +
      "give one, profile { default = [SYMBOL, …] }",
  );
}

function checkLearnMode({ rule: { train }, isSound, report }: Subject): void {
  if (!isSound("train.learn_mode")) return;
  const options = {
    proportional: {
      "train.spam_skip_prob": train.spamSkipProbability,
      "train.ham_skip_prob": train.hamSkipProbability,
    },
    balanced: { "train.classes_bias": train.classesBias },
  };
  for (const [mode, values] of Object.entries(options)) {
    if (mode === train.learnMode) continue;
    for (const [option, value] of Object.entries(values)) {
      if (value === 0) continue;
      report("warning", option, `has no effect unless learn_mode = ${mode}`);
    }
  }
}

function checkScoresDoNotOverlap({ rule, isSound, report }: Subject): void {
  const { spamScore, hamScore } = rule.train;
  if (spamScore === undefined || hamScore === undefined) return;
  if (spamScore > hamScore) return;
  if (!isSound("train.spam_score", "train.ham_score")) return;
  report(
    "warning",
    "train.spam_score",
    `is not above ham_score = ${hamScore}: a message with a score from ` +
      `${spamScore} to ${hamScore} is learned as spam`,
  );
}

function checkPoolIsLargeEnough({ rule, config, report }: Subject): void {
  const { maxPool } = config.neurald;
  if (rule.train.maxTrains <= maxPool) return;
  report(
    "error",
    "train.max_trains",
    `no network would ever be trained: ${rule.train.maxTrains} samples are ` +
      `needed and neurald { max_pool } keeps ${maxPool}`,
  );
}

function checkProfiles({ rule, isSound, report }: Subject): void {
  if (!isSound("profile", "allowed_settings")) return;
  const { profiles, allowedSettings, servesDefault } = rule;
  for (const [settings, symbols] of profiles) {
    const isServed = settings === "default"
      ? servesDefault
      : allowedSettings === "all" || allowedSettings.includes(settings);
    if (!isServed) {
      report(
        "warning",
        "profile",
        `the list ${settings} is never used: the rule does not score ` +
          "messages with these settings",
      );
    }
    if (symbols.length === 0) {
      report("warning", "profile", `the list ${settings} holds no symbol`);
    }
  }
}

function checkAutolearnIsSafe({ rule, isSound, report }: Subject): void {
  const { sampling, ...others } = AUTOLEARN_OPTIONS;
  const conditions = [
    ...Object.values(others).map(({ name }) => `autolearn.${name}`),
    ...Object.values(sampling.options)
      .map(({ name }) => `autolearn.${sampling.name}.${name}`),
  ];
  // A condition that could not be read is not missing.
  if (!isSound(...conditions)) return;
  for (
    const { severity, option, message } of autolearnProblems(rule.autolearn)
  ) {
    report(severity, `autolearn.${option}`, message);
  }
}

function checkScoresAreUsed({ rule, report }: Subject): void {
  if (!rule.autolearn.enabled) return;
  const { spamScore, hamScore } = rule.train;
  const given = { spam_score: spamScore, ham_score: hamScore };
  for (const [option, score] of Object.entries(given)) {
    if (score === undefined) continue;
    report(
      "warning",
      `train.${option}`,
      `has no effect: autolearn { } decides, which has a ${option} of its own`,
    );
  }
}

/** Rules with data or names in common would overwrite each other. */
function checkRulesDiffer(
  { config, scopes }: BuiltConfig,
  { problems }: Findings,
): void {
  const seen = new Map<string, { rule: RuleConfig; at: Place }>();
  const compare = (
    rule: RuleConfig,
    option: string,
    value: string,
    severity: Severity,
    consequence: string,
  ) => {
    const scope = scopes.get(rule.key)!;
    const at = placeOf(option, scope);
    const kind = option.startsWith("symbol_") ? "symbol" : option;
    const id = `${kind}\n${value}`;
    const other = seen.get(id);
    if (!other) seen.set(id, { rule, at });
    else if (other.rule !== rule) {
      problems.add(
        severity,
        at,
        inside(scope, option).key,
        `${value} is the ${kind} of the rule ${other.rule.key} too, at ${
          formatPlace(other.at)
        }: ${consequence}`,
      );
    }
  };
  const apart = "give each rule its own";
  for (const rule of config.rules.filter(({ enabled }) => enabled)) {
    compare(rule, "prefix", rule.prefix, "error", apart);
    compare(rule, "name", rule.name, "error", apart);
    const added = "a message may get it from both";
    compare(rule, "symbol_spam", rule.symbolSpam, "warning", added);
    compare(rule, "symbol_ham", rule.symbolHam, "warning", added);
  }
}
