/** Loads configurations from texts, for tests. */

import { assertEquals, assertExists } from "@std/assert";

import type { Config } from "../../lib/config/config.ts";
import {
  loadConfig,
  type LoadedConfig,
  type UsableConfig,
} from "../../lib/config/load.ts";
import type { Problem } from "../../lib/config/problem.ts";

/** Files by name. */
export type Files = Readonly<Record<string, string>>;

/** Loads `neural.conf`; other files are found only if they are given. */
export function load(text: string, files: Files = {}): LoadedConfig {
  const all: Files = { ...files, "neural.conf": text };
  return loadConfig("neural.conf", { readText: (path) => all[path] });
}

/** Loads a configuration that may have warnings but no errors. */
export function loadUsable(text: string, files: Files = {}): UsableConfig {
  const loaded = load(text, files);
  assertEquals(loaded.problems.filter(isError), []);
  assertExists(loaded.config);
  return loaded;
}

/** The configuration of a text that has no problems. */
export function configOf(text: string, files: Files = {}): Config {
  const { config, problems } = loadUsable(text, files);
  assertEquals(problems, []);
  return config;
}

/** Problems as `file:line:column severity key`. */
export function placesOf(problems: readonly Problem[]): string[] {
  return problems.map(({ file, line, column, severity, key }) =>
    `${file}:${line}:${column} ${severity} ${key}`
  );
}

/** The problems of a text as `line:column severity key: message`. */
export function problemsOf(text: string, files: Files = {}): string[] {
  return load(text, files).problems.map((problem) =>
    `${problem.line}:${problem.column} ${problem.severity} ` +
    `${problem.key}: ${problem.message}`
  );
}

function isError({ severity }: Problem): boolean {
  return severity === "error";
}

/**
 * What a configuration means, but for which options of autolearn were given:
 * where all are shown, all are.
 */
export function meaningOf({ rules, ...config }: Config): unknown {
  return {
    ...config,
    rules: rules.map(({ autolearnChanges: _, ...rule }) => rule),
  };
}
