/**
 * All options: the tables together, and questions about them.
 *
 * @module
 */

import { aliasesOf, section } from "./option.ts";
import type { NoEffect, OptionTable } from "./option.ts";
import { MODULE_OPTIONS } from "./options/module.ts";
import { NEURALD_OPTIONS } from "./options/neurald.ts";
import { REDIS_OPTIONS } from "./options/redis.ts";
import { RULE_OPTIONS } from "./options/rule.ts";

/** The key that holds the rules, and for each rule its options. */
export const RULES_KEY = "rules";

/** The section of rspamd's configuration that the whole may stand in. */
export const MODULE_KEY = "neural";

/** The section `neurald { }`. */
export const NEURALD_SECTION = section({
  name: "neurald",
  options: NEURALD_OPTIONS,
  description: "neurald's own options",
});

/** The section `redis { }`. */
export const REDIS_SECTION = section({
  name: "redis",
  options: REDIS_OPTIONS,
  description: "how to reach Redis",
});

/** What stands at the top level of a configuration as it is shown. */
export const TOP_OPTIONS = {
  ...MODULE_OPTIONS,
  redis: REDIS_SECTION,
  neurald: NEURALD_SECTION,
};

/** A table, where it is used, and how its options are addressed. */
interface Level {
  readonly where: string;
  readonly path: string;
  readonly options: OptionTable;
}

function withSections(level: Level): Level[] {
  return [
    level,
    ...Object.values(level.options).flatMap((entry) =>
      entry.kind === "option" ? [] : withSections({
        where: entry.kind === "section"
          ? `in ${entry.name} { }`
          : `in ${entry.name} { NAME { } }`,
        path: `${level.path}${entry.name}.` +
          (entry.kind === "section" ? "" : "NAME."),
        options: entry.options,
      })
    ),
  ];
}

const RULES_SECTION = section({
  name: RULES_KEY,
  options: {},
  description: "the rules, by their names",
});

const LEVELS: readonly Level[] = [
  ...withSections({
    where: "at the top level",
    path: "",
    options: { ...TOP_OPTIONS, rules: RULES_SECTION },
  }),
  ...withSections({
    where: `in a rule: in ${RULES_KEY} { NAME { } } or, without ` +
      `${RULES_KEY}, at the top level`,
    path: `${RULES_KEY}.NAME.`,
    options: RULE_OPTIONS,
  }),
];

/** Says where an option or section of this name may stand. */
export function levelsOf(name: string): string[] {
  const levels = LEVELS.filter(({ options }) =>
    Object.values(options).some((entry) =>
      entry.name === name || aliasesOf(entry).includes(name)
    )
  );
  return levels.map(({ where }) => where);
}

/** What a manual says of an option. */
export interface OptionSummary {
  /** `rules.NAME.train.max_trains` */
  readonly path: string;
  /** What values it takes. */
  readonly expects: string;
  /** Undefined when it is unset by default. */
  readonly default: unknown;
  /** One line. */
  readonly description: string;
  /** Why it has no effect, if it has none. */
  readonly noEffect?: NoEffect;
}

/** Lists every option, for a manual. */
export function listOptions(): OptionSummary[] {
  return LEVELS.flatMap(({ path, options }) =>
    Object.values(options).flatMap((entry) =>
      entry.kind !== "option" ? [] : [{
        path: path + entry.name,
        expects: entry.type.expects,
        default: entry.default,
        description: entry.description,
        noEffect: entry.noEffect,
      }]
    )
  );
}
