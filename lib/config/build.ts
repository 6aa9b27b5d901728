/**
 * Makes a configuration of what a file says.
 *
 * @module
 */

import { Buffer } from "node:buffer";

import type { Config, RedisConfig, RuleConfig } from "./config.ts";
import { aliasesOf, type OptionTable } from "./option.ts";
import {
  MODULE_KEY,
  NEURALD_SECTION,
  REDIS_SECTION,
  RULES_KEY,
  TOP_OPTIONS,
} from "./options.ts";
import { AUTOLEARN_OPTIONS } from "./options/autolearn.ts";
import { MODULE_OPTIONS } from "./options/module.ts";
import { NEURALD_OPTIONS } from "./options/neurald.ts";
import { REDIS_OPTIONS } from "./options/redis.ts";
import { RULE_OPTIONS } from "./options/rule.ts";
import {
  checkKeys,
  entryOf,
  type Findings,
  givenValues,
  inside,
  objectIn,
  onlyElement,
  readOptions,
  type Scope,
} from "./section_reader.ts";
import { unwrapModule } from "./unwrap.ts";
import type { UclEntry, UclObject } from "./ucl/value.ts";

/** The rule that a configuration without `rules { }` makes. */
const DEFAULT_RULE = "default";

const ONLY_RULES = `where ${RULES_KEY} { } is given a rule is made of what ` +
  "stands in it, as in rspamd";
const ONLY_REDIS_SECTION = `where ${REDIS_SECTION.name} { } is given only ` +
  "what stands in it counts, as in rspamd";

/** A configuration, and under what names its rules stand in the file. */
export interface BuiltConfig {
  /** Wrong values replaced by defaults. */
  readonly config: Config;
  /** By rule key. */
  readonly scopes: ReadonlyMap<string, Scope>;
}

/**
 * Builds the configuration and reports what is wrong with single options.
 *
 * Mirrors rspamd's `neural.lua`: with `rules { }` each rule is made of its own
 * options and the defaults; without, the top level is the rule `default`.
 */
export function buildConfig(root: UclObject, findings: Findings): BuiltConfig {
  const scope: Scope = { key: "", path: "", findings };
  const module = unwrapModule(root, scope);
  const tables = [TOP_OPTIONS, RULE_OPTIONS, REDIS_OPTIONS];
  const others = module === root ? [RULES_KEY, MODULE_KEY] : [RULES_KEY];
  checkKeys(module, tables, scope, others);
  const { blacklistedSymbols, redis, neurald, ...top } = readOptions(
    TOP_OPTIONS,
    module,
    scope,
  );
  const rulesEntry = entryOf(module, RULES_KEY);
  if (rulesEntry) warnOfUnused(RULE_OPTIONS, module, scope, ONLY_RULES);
  const sources = rulesEntry
    ? ruleSources(rulesEntry, scope)
    : [legacySource(module, scope)];
  const rules = sources.map((source) => readRule(source, blacklistedSymbols));
  const config = {
    ...top,
    redis: readRedis(module, redis, scope),
    neurald: {
      ...neurald,
      maxPool: largeEnoughPool(neurald.maxPool, rules, findings),
    },
    rules,
  };
  const scopes = new Map(sources.map(({ key, scope }) => [key, scope]));
  return { config, scopes };
}

/** A pool whose size is not set is large enough for every rule to train. */
function largeEnoughPool(
  maxPool: number,
  rules: readonly RuleConfig[],
  { origins, wrong }: Findings,
): number {
  const path = `${NEURALD_SECTION.name}.${NEURALD_OPTIONS.maxPool.name}`;
  return origins.get(path) === "default" || wrong.has(path)
    ? Math.max(maxPool, ...rules.map(({ train }) => train.maxTrains))
    : maxPool;
}

/** Redis options stand in `redis { }` or, without it, at the top level. */
function readRedis(
  module: UclObject,
  inSection: RedisConfig,
  scope: Scope,
): RedisConfig {
  const { name } = REDIS_SECTION;
  if (!entryOf(module, name)) {
    return readOptions(REDIS_OPTIONS, module, { ...scope, path: name });
  }
  warnOfUnused(REDIS_OPTIONS, module, scope, ONLY_REDIS_SECTION);
  return inSection;
}

/** What a rule is made of. */
interface RuleSource {
  readonly key: string;
  readonly content: UclObject;
  readonly scope: Scope;
}

/** The sections of `rules { }`. */
function ruleSources(entry: UclEntry, scope: Scope): RuleSource[] {
  const rulesScope = inside(scope, RULES_KEY);
  const element = onlyElement(entry, rulesScope);
  const rules = objectIn(element, rulesScope);
  const keys = [...rules?.entries.keys() ?? []].filter((key) =>
    entryOf(rules, key)
  );
  if (rules && keys.length === 0 && scope.findings.isWhole) {
    const message = "holds no rule, so there is nothing to do; without it " +
      "there is one rule, made of the options at the top level";
    scope.findings.problems.add("error", element.at, rulesScope.key, message);
  }
  return keys.flatMap((key) => {
    const ruleScope = inside(rulesScope, key);
    const rule = onlyElement(rules!.entries.get(key)!, ruleScope);
    const content = objectIn(rule, ruleScope);
    if (!content) return [];
    checkKeys(content, [RULE_OPTIONS], ruleScope);
    scope.findings.origins.set(ruleScope.path, rule.at);
    return [{ key, content, scope: ruleScope }];
  });
}

function legacySource(module: UclObject, { findings }: Scope): RuleSource {
  const path = `${RULES_KEY}.${DEFAULT_RULE}`;
  findings.origins.set(path, module.at);
  const scope = { key: "", path, findings };
  return { key: DEFAULT_RULE, content: module, scope };
}

/** Warns of options that another section puts out of use; checks them too. */
function warnOfUnused(
  table: OptionTable,
  module: UclObject,
  scope: Scope,
  why: string,
): void {
  const findings = { ...scope.findings, origins: new Map(), inVain: [] };
  readOptions(table, module, { ...scope, findings });
  const used = Object.values(MODULE_OPTIONS).map(({ name }) => name);
  for (const option of Object.values(table)) {
    for (const name of [option.name, ...aliasesOf(option)]) {
      const at = entryOf(module, name)?.elements[0].at;
      if (!at || used.includes(name)) continue;
      findings.problems.add("warning", at, name, `has no effect: ${why}`);
    }
  }
}

function readRule(
  { key, content, scope }: RuleSource,
  moduleBlacklist: ReadonlySet<string>,
): RuleConfig {
  const values = readOptions(RULE_OPTIONS, content, scope);
  const blacklistedSymbols = new Set([
    ...values.blacklistedSymbols,
    ...moduleBlacklist,
  ]);
  inheritBlacklistOrigin(scope);
  return {
    ...values,
    // At the top level it is about rspamd's module.
    enabled: values.enabled || scope.key === "",
    key,
    prefix: values.prefix ?? key,
    name: values.name ?? key,
    servesDefault: readServesDefault(key, values.servesDefault, scope),
    blacklistedSymbols,
    autolearnChanges: givenValues(
      AUTOLEARN_OPTIONS,
      values.autolearn,
      inside(scope, RULE_OPTIONS.autolearn.name),
    ),
    profiles: new Map(
      [...values.profiles].map(([settings, symbols]) => [
        settings,
        sortedByBytes(symbols.difference(blacklistedSymbols)),
      ]),
    ),
  };
}

function inheritBlacklistOrigin(scope: Scope): void {
  const { origins } = scope.findings;
  const { name } = MODULE_OPTIONS.blacklistedSymbols;
  const { path } = inside(scope, name);
  const moduleOrigin = origins.get(name);
  if (origins.get(path) === "default" && moduleOrigin) {
    origins.set(path, moduleOrigin);
  }
}

/** In rspamd nothing keeps the rule `default` from serving the default. */
function readServesDefault(key: string, given: boolean, scope: Scope): boolean {
  if (given || key !== DEFAULT_RULE) return given;
  const { name } = RULE_OPTIONS.servesDefault;
  const option = inside(scope, name);
  const at = scope.findings.origins.get(option.path);
  if (at && at !== "default") {
    const message = `has no effect: the rule ${DEFAULT_RULE} always serves ` +
      "messages without settings, as in rspamd";
    scope.findings.problems.add("warning", at, option.key, message);
  }
  return true;
}

function sortedByBytes(names: Iterable<string>): string[] {
  return [...names].sort((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b))
  );
}
