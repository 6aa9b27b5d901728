/**
 * A rspamd with neurald's plugin, installed as the README says.
 *
 * @module
 */

import { hasServers, RspamdHost } from "../rspamd.ts";
import type { RspamdOptions } from "../rspamd_configuration.ts";

/** Where the README has it copied to. */
const PLUGIN = await Deno.readTextFile(
  new URL("../../../contrib/rspamd/neurald.lua", import.meta.url),
);

/** The plugin and its section, in the local configuration folder. */
export function pluginFiles(options: string): Record<string, string> {
  return {
    "plugins.d/neurald.lua": PLUGIN,
    "rspamd.conf.local": `neurald {\n${options}\n}\n`,
  };
}

/** How a rspamd with the plugin differs from others. */
export interface PluginOptions {
  redisPort: number;
  /** Options of the plugin beside `url`. */
  options?: string;
  /** Other files of the local configuration folder. */
  files?: Record<string, string>;
}

/** A rspamd whose plugin asks at an address. */
export function withPlugin(
  url: string,
  { redisPort, options = "", files = {} }: PluginOptions,
): RspamdOptions {
  return {
    redisPort,
    trains: false,
    // Its own network has other names here, and is never trained.
    rule: { symbol_spam: "OWN_SPAM", symbol_ham: "OWN_HAM" },
    files: { ...pluginFiles(`url = "${url}";\n${options}`), ...files },
  };
}

/** Starts one. */
export function startWithPlugin(
  url: string,
  options: PluginOptions,
): Promise<RspamdHost> {
  return RspamdHost.start(withPlugin(url, options));
}

/** Whether this has to be skipped; says why. */
export const ignore = !hasServers();
