/**
 * Which rspamd there is: one that shares the Redis, and the one of this host.
 *
 * @module
 */

import { loadConfig } from "../../../config/load.ts";
import type { Config } from "../../../config/config.ts";
import { ageOf } from "../../models/describe.ts";
import type { Remark } from "../finding.ts";
import { isThere } from "../reachable.ts";
import type { Setup } from "../setup.ts";

/** What it says of itself, in the store and in its configuration. */
export async function checkRspamd(setup: Setup): Promise<Remark[]> {
  return [...await remarksOnSharing(setup), ...remarksOnHost(setup)];
}

/** What the rspamd that shares a Redis has left there. */
async function remarksOnSharing(setup: Setup): Promise<Remark[]> {
  const { facts } = await setup.inspection();
  if (facts.kind !== "redis" || facts.dialect === undefined) return [];
  const lines = await setup.lines();
  const { rspamdVersion } = setup.config.neurald;
  const theirs =
    lines?.shown.flatMap(({ network, profiles }) =>
      profiles.filter(({ isAdopted }) => isAdopted)
        .map(({ usedAt }) => ({ usedAt, metatokens: network.name.metatokens }))
    ) ?? [];
  const { dialect, foundDialect } = facts;
  if (foundDialect !== undefined && foundDialect !== dialect) {
    return [{
      level: "warning",
      message: `rspamd ${foundDialect} shares the Redis, and rspamd_version ` +
        `is ${dialect}: neither finds what the other keeps`,
      fix: `neurald { rspamd_version = ${foundDialect}; }, or leave it out`,
    }];
  }
  if (theirs.length === 0) {
    return [{
      level: "ok",
      message:
        `no rspamd shares the Redis; keys are those of rspamd ${dialect}` +
        (rspamdVersion === undefined ? "" : " (rspamd_version)"),
    }];
  }
  const usedAt = Math.max(...theirs.map(({ usedAt }) => usedAt));
  const metatokens = [...new Set(theirs.map(({ metatokens }) => metatokens))];
  return [{
    level: "ok",
    message: `rspamd ${dialect} shares the Redis: ${theirs.length} profiles, ` +
      `metatokens of version ${metatokens.sort().join(" and ")}, used last ` +
      ageOf(setup.now - usedAt),
  }];
}

/** Where rspamd looks for what is installed beside it, and is told of it. */
const [PLUGIN, SECTION, MODULE] = [
  "etc/rspamd/plugins.d/neurald.lua",
  "etc/rspamd/rspamd.conf.local",
  "etc/rspamd/local.d/neural.conf",
];

/** What the rspamd of this host is told of neurald. */
function remarksOnHost({ config, options: { root } }: Setup): Remark[] {
  if (!isThere(`${root}etc/rspamd`)) {
    return [{ level: "ok", message: "there is no rspamd on this host" }];
  }
  const hasPlugin = isThere(root + PLUGIN);
  if (!hasPlugin) {
    return [{
      level: "note",
      message: "the rspamd of this host does not ask neurald: the plugin is " +
        "not installed",
      fix: `install -D -m 644 contrib/rspamd/neurald.lua /${PLUGIN}`,
    }];
  }
  const section = textOf(root + SECTION);
  if (section === undefined || !/^\s*neurald\s*\{/m.test(section)) {
    const isUnreadable = section === undefined && isThere(root + SECTION);
    return [{
      level: isUnreadable ? "note" : "warning",
      message: isUnreadable
        ? `/${SECTION} cannot be read, so whether the plugin is on is not known`
        : "rspamd's plugin is installed, but not told where neurald is",
      fix: isUnreadable
        ? "sudo neurald doctor"
        : `put neurald { url = "http://127.0.0.1:11336"; } into /${SECTION}, ` +
          "then systemctl reload rspamd",
    }];
  }
  return [
    { level: "ok", message: "the rspamd of this host asks neurald (plugin)" },
    ...remarksOnModule(config, root),
  ];
}

/** rspamd's own module, where it is on, inserts symbols of the same names. */
function remarksOnModule(config: Config, root: string): Remark[] {
  const path = root + MODULE;
  const theirs = isThere(path) ? loadConfig(path).config : undefined;
  if (theirs?.enabled === false) return [];
  const own = symbolsOf(config);
  const clashing = theirs
    ? symbolsOf(theirs).filter((symbol) => own.includes(symbol))
    : own.filter((symbol) => DEFAULTS.includes(symbol));
  if (clashing.length === 0) return [];
  return [{
    level: "warning",
    message: "rspamd's own neural module is not turned off, and inserts " +
      `${clashing.join(" and ")} too, if it has a Redis`,
    fix: `put enabled = false; into /${MODULE}, then systemctl reload rspamd`,
  }];
}

/** Of rspamd's module where nothing is configured. */
const DEFAULTS = ["NEURAL_SPAM", "NEURAL_HAM"];

function symbolsOf({ rules }: Config): string[] {
  return rules.flatMap(({ symbolSpam, symbolHam }) => [symbolSpam, symbolHam]);
}

function textOf(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}
