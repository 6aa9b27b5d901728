/**
 * All lines of networks, and which of them a scan belongs to.
 *
 * @module
 */

import type { Config, RuleConfig } from "../config/config.ts";
import { Layout } from "../features/layout.ts";
import {
  METATOKEN_VERSIONS,
  type MetatokenVersion,
} from "../features/metatokens.ts";
import { type Scan, ScanError } from "../features/scan.ts";
import { seriesKey } from "../model/keys.ts";
import type { Series } from "../store/store.ts";
import { Network } from "./network.ts";

/** The settings name where no settings apply. */
const DEFAULT_SETTINGS = "default";

/** The metatokens of today's rspamd. */
const NEWEST_METATOKENS: MetatokenVersion = 3;

/** There is no such rule. */
export class UnknownRuleError extends Error {
  override name = "UnknownRuleError";
}

/** All lines of networks of a configuration. They come into being with scans. */
export class Networks {
  readonly config: Config;
  #bySeries = new Map<Series, Network>();
  /** By rule, then by settings name. */
  #byRule = new Map<RuleConfig, Map<string, Network[]>>();
  /** By rule: settings names whose symbols are those of another name. */
  #aliases = new Map<RuleConfig, Map<string, string>>();
  /** Symbols that neurald inserts; they must not teach it. */
  readonly excluded: ReadonlySet<string>;

  /** @param previous those of the configuration before, whose models go on */
  constructor(config: Config, previous?: Networks) {
    this.config = config;
    this.excluded = new Set(
      config.rules.flatMap((rule) => [
        rule.symbolSpam,
        rule.symbolHam,
        ...rule.blacklistedSymbols,
      ]),
    );
    for (const rule of config.rules) {
      this.#byRule.set(rule, new Map());
      this.#aliases.set(rule, aliasesOf(rule));
    }
    for (const network of previous?.all() ?? []) {
      this.adopt(network.series)?.inherit(network);
    }
  }

  /** All lines of networks that there are so far. */
  all(): Network[] {
    return [...this.#bySeries.values()];
  }

  /** Those of one rule. */
  ofRule(rule: RuleConfig): Network[] {
    return [...this.#byRule.get(rule)?.values() ?? []].flat();
  }

  /** The settings names that a rule serves, as far as they are known. */
  settingsOf(rule: RuleConfig): string[] {
    const allowed = rule.allowedSettings === "all" ? [] : rule.allowedSettings;
    const seen = this.ofRule(rule).map(({ name }) => name.settings);
    return [
      ...new Set([
        ...(rule.servesDefault ? [DEFAULT_SETTINGS] : []),
        ...allowed,
        ...seen,
      ]),
    ];
  }

  /**
   * The lines of networks of a rule that can take whole vectors without
   * settings: those whose symbols are known.
   */
  layoutsOf(rule: RuleConfig): { network: Network; layout: Layout }[] {
    if (!rule.servesDefault) return [];
    if (rule.profiles.has(DEFAULT_SETTINGS)) {
      for (const version of METATOKEN_VERSIONS) {
        this.#open(rule, DEFAULT_SETTINGS, version);
      }
    }
    return this.#versions(rule, DEFAULT_SETTINGS).flatMap((network) =>
      network.profileSymbols
        ? [{
          network,
          layout: new Layout(network.name.metatokens, network.profileSymbols),
        }]
        : []
    );
  }

  /**
   * The rules to use: the one that is named, or all.
   *
   * @throws {UnknownRuleError} when there is none of that name
   */
  rules(name?: string): readonly RuleConfig[] {
    if (name === undefined) return this.config.rules;
    const rule = this.config.rules.find((rule) => rule.name === name);
    if (rule) return [rule];
    const known = this.config.rules.map((rule) => rule.name).join(", ");
    throw new UnknownRuleError(
      `there is no rule ${JSON.stringify(name)}; there are: ${known}`,
    );
  }

  /** The line of networks that a store keeps under a key, if it is one of ours. */
  adopt(series: Series): Network | undefined {
    const known = this.#bySeries.get(series);
    if (known) return known;
    for (const rule of this.config.rules) {
      for (const version of METATOKEN_VERSIONS) {
        const name = { rule: rule.prefix, metatokens: version, settings: "" };
        const start = seriesKey(this.config.prefix, name);
        if (!series.startsWith(start)) continue;
        const settings = this.#canonical(rule, series.slice(start.length));
        if (settings !== undefined) return this.#open(rule, settings, version);
      }
    }
  }

  /**
   * The line of networks that a scan belongs to in a rule.
   *
   * @param create whether it may come into being
   * @returns why there is none, where a text is returned
   * @throws {ScanError} when its metatokens are not those that are configured
   */
  find(rule: RuleConfig, scan: Scan, create: boolean): Network | string {
    const asked = scan.settingsId ?? DEFAULT_SETTINGS;
    const settings = this.#canonical(rule, asked);
    if (settings === undefined) {
      return scan.settingsId === undefined
        ? `rule ${rule.name} does not serve messages without settings (default = false)`
        : `rule ${rule.name} does not allow the settings ${asked} (allowed_settings)`;
    }
    const version = this.#versionOf(rule, settings, scan);
    const existing = this.#versions(rule, settings)
      .find((network) => network.name.metatokens === version);
    if (existing) return existing;
    if (!create) return "nothing has been learned yet";
    const { maxSettings } = this.config.neurald;
    if (this.ofRule(rule).length >= maxSettings) {
      return `rule ${rule.name} has samples of ${maxSettings} settings already (max_settings)`;
    }
    return this.#open(rule, settings, version);
  }

  /** The metatokens of a scan, where they are not given those in use. */
  #versionOf(rule: RuleConfig, settings: string, scan: Scan): MetatokenVersion {
    const configured = this.config.neurald.metatokenVersion;
    const { version, given } = scan.metatokens;
    if (configured !== undefined) {
      if (given && version !== undefined && version !== configured) {
        throw new ScanError(
          `metatokens: these are of version ${version}, and metatoken_version is ${configured}`,
        );
      }
      return configured;
    }
    if (version !== undefined) return version;
    const versions = this.#versions(rule, settings);
    const inUse = versions.find((network) => network.live) ?? versions[0];
    return inUse?.name.metatokens ?? NEWEST_METATOKENS;
  }

  #versions(rule: RuleConfig, settings: string): Network[] {
    return this.#byRule.get(rule)?.get(settings) ?? [];
  }

  #open(
    rule: RuleConfig,
    settings: string,
    version: MetatokenVersion,
  ): Network {
    const name = { rule: rule.prefix, settings, metatokens: version };
    const series = seriesKey(this.config.prefix, name);
    const known = this.#bySeries.get(series);
    if (known) return known;
    const symbols = rule.profiles.get(settings);
    const network = new Network(name, series, rule, symbols);
    this.#bySeries.set(series, network);
    const versions = this.#versions(rule, settings);
    this.#byRule.get(rule)!.set(settings, [network, ...versions]);
    return network;
  }

  /** The name under which settings are kept; nothing if they are not served. */
  #canonical(rule: RuleConfig, settings: string): string | undefined {
    const served = settings === DEFAULT_SETTINGS
      ? rule.servesDefault
      : rule.allowedSettings === "all" ||
        rule.allowedSettings.includes(settings);
    if (!served) return undefined;
    return this.#aliases.get(rule)?.get(settings) ?? settings;
  }
}

/** Settings with equal symbols share a network: that of the first of them. */
function aliasesOf(rule: RuleConfig): Map<string, string> {
  const aliases = new Map<string, string>();
  const bySymbols = new Map<string, string>();
  const names = [...rule.profiles.keys()]
    .sort((a, b) =>
      Number(b === DEFAULT_SETTINGS) - Number(a === DEFAULT_SETTINGS)
    );
  for (const name of names) {
    if (name === DEFAULT_SETTINGS && !rule.servesDefault) continue;
    const symbols = rule.profiles.get(name)!.join("\n");
    const first = bySymbols.get(symbols);
    if (first === undefined) bySymbols.set(symbols, name);
    else aliases.set(name, first);
  }
  return aliases;
}
