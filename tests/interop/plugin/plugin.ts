/**
 * A rspamd with neurald's plugin, installed as the README says.
 *
 * @module
 */

import { hasServers, RspamdHost } from "../rspamd.ts";

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

/** Starts a rspamd whose plugin asks at an address. */
export function startWithPlugin(
  url: string,
  { redisPort, options = "", files = {} }: PluginOptions,
): Promise<RspamdHost> {
  return RspamdHost.start({
    redisPort,
    trains: false,
    // Its own network has other names here, and is never trained.
    rule: { symbol_spam: "OWN_SPAM", symbol_ham: "OWN_HAM" },
    files: { ...pluginFiles(`url = "${url}";\n${options}`), ...files },
  });
}

/** Whether this has to be skipped; says why. */
export const ignore = !hasServers();
