/**
 * Finding and reading the configuration.
 *
 * @module
 */

import {
  defaultConfig,
  loadConfig,
  type LoadedConfig,
  parseConfig,
} from "../config/load.ts";

/**
 * Reads a configuration file, standard input (`-`), or, if none is named, the
 * defaults.
 */
export async function readConfig(path?: string): Promise<LoadedConfig> {
  if (path === undefined) return defaultConfig();
  if (path !== "-") return loadConfig(path);
  const text = await new Response(Deno.stdin.readable).text();
  return parseConfig(text, "-");
}
