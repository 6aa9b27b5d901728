/**
 * Loads a configuration, or tells everything that is wrong with it.
 *
 * @module
 */

import { buildConfig } from "./build.ts";
import { checkConfig, warnOfNoEffect } from "./checks.ts";
import type { Config } from "./config.ts";
import { MODULE_KEY } from "./options.ts";
import { type Problem, ProblemList } from "./problem.ts";
import { readTextFile } from "./read_text.ts";
import type { Findings, Origin } from "./section_reader.ts";
import { type ReadText, readUcl } from "./ucl/read.ts";
import type { Variables } from "./ucl/variables.ts";

/** What loading depends on. */
export interface LoadOptions {
  /** Reads the file and those that it includes; from the disk unless given. */
  readonly readText?: ReadText;
  /** Variables (`DBDIR`), in addition to rspamd's or in place of them. */
  readonly variables?: Variables;
}

/** Where each value came from, by option path (`rules.default.prefix`). */
export type Origins = ReadonlyMap<string, Origin>;

/** A configuration that can be used; its problems are warnings. */
export interface UsableConfig {
  /** The configuration, defaults filled in. */
  readonly config: Config;
  /** Warnings, by place. */
  readonly problems: readonly Problem[];
  /** Where its values came from. */
  readonly origins: Origins;
}

/** No configuration: at least one of the problems is an error. */
export interface UnusableConfig {
  /** Always undefined, so that it cannot be used unawares. */
  readonly config: undefined;
  /** Errors and warnings, by place. */
  readonly problems: readonly Problem[];
  /** Where the values that were read came from. */
  readonly origins: Origins;
}

/** There is a `config` if and only if there was no error. */
export type LoadedConfig = UsableConfig | UnusableConfig;

/**
 * Loads a configuration file and what it includes. Nothing is thrown: what is
 * wrong, be it that the file is missing, is in `problems`.
 *
 * @example
 * ```ts
 * const { config, problems } = loadConfig("/etc/rspamd/local.d/neural.conf");
 * await Deno.stderr.write(new TextEncoder().encode(formatProblems(problems)));
 * if (!config) Deno.exit(1);
 * ```
 */
export function loadConfig(
  path: string,
  options: LoadOptions = {},
): LoadedConfig {
  const { readText = readTextFile } = options;
  let why = "there is no such file";
  try {
    const text = readText(path);
    if (text !== undefined) return parseConfig(text, path, options);
  } catch (error) {
    why = error instanceof Error ? error.message : String(error);
  }
  const problems = new ProblemList();
  const at = { file: path, line: 1, column: 1 };
  problems.add("error", at, "", `cannot read this file: ${why}`);
  return {
    config: undefined,
    problems: problems.sorted(),
    origins: new Map(),
  };
}

/**
 * Loads a configuration from a text.
 *
 * @param file Its name for messages, and where its includes are looked for.
 */
export function parseConfig(
  text: string,
  file: string,
  options: LoadOptions = {},
): LoadedConfig {
  const { readText = readTextFile, variables } = options;
  const problems = new ProblemList();
  const origins = new Map<string, Origin>();
  const { root, problems: uclProblems } = readUcl(text, file, {
    readText,
    variables,
  });
  for (const { severity, at, key, message } of uclProblems) {
    problems.add(severity, at, withoutModule(key), message);
  }
  const isWhole = !problems.hasErrors;
  if (root.kind === "array") {
    problems.add("error", root.at, "", "expected options, found a list");
    return { config: undefined, problems: problems.sorted(), origins };
  }
  const findings: Findings = {
    problems,
    origins,
    inVain: [],
    wrong: new Set(),
    isWhole,
  };
  const built = buildConfig(root, findings);
  // What seems to be missing may stand in the part that could not be read.
  if (isWhole) checkConfig(built, findings);
  warnOfNoEffect(built, findings);
  return {
    config: problems.hasErrors ? undefined : built.config,
    problems: problems.sorted(),
    origins,
  };
}

/** As all problems name keys, whether they stand in `neural { }` or not. */
function withoutModule(key: string): string {
  const start = `${MODULE_KEY}.`;
  return key.startsWith(start) ? key.slice(start.length) : key;
}

/** The configuration of an empty file. */
export function defaultConfig(): UsableConfig {
  const loaded = parseConfig("", "defaults");
  if (!loaded.config) throw new Error("the defaults are no configuration");
  return loaded;
}
