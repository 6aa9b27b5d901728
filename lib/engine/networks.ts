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
import type { PluginVersion, Series } from "../store/store.ts";
import { Network } from "./network.ts";

/** The settings name where no settings apply. */
export const DEFAULT_SETTINGS = "default";

/** The metatokens of today's rspamd. */
const NEWEST_METATOKENS: MetatokenVersion = 3;

/** There is no such rule. */
export class UnknownRuleError extends Error {
  override name = "UnknownRuleError";
}

/** All lines of networks of a configuration. They come into being with scans. */
export class Networks {
  /** The configuration, of whose rules only those that are enabled. */
  readonly config: Config;
  readonly #pluginVersion: PluginVersion;
  #bySeries = new Map<Series, Network>();
  /** By rule, then by settings name. */
  #byRule = new Map<RuleConfig, Map<string, Network[]>>();
  /** By rule: settings names whose symbols are those of another name. */
  #aliases = new Map<RuleConfig, Map<string, string>>();
  #excluded: Map<RuleConfig, ReadonlySet<string>>;

  /**
   * @param pluginVersion of the rspamd whose keys the store uses
   * @param previous those of the configuration before, whose models go on
   */
  constructor(
    config: Config,
    pluginVersion: PluginVersion,
    previous?: Networks,
  ) {
    const rules = config.rules.filter(({ enabled }) => enabled);
    this.config = { ...config, rules };
    this.#pluginVersion = pluginVersion;
    const own = config.rules
      .flatMap(({ symbolSpam, symbolHam }) => [symbolSpam, symbolHam]);
    this.#excluded = new Map(
      rules.map((rule) => [
        rule,
        new Set([...own, ...rule.blacklistedSymbols]),
      ]),
    );
    for (const rule of rules) {
      this.#byRule.set(rule, new Map());
      this.#aliases.set(rule, aliasesOf(rule));
    }
    if (previous) this.#inherit(previous);
  }

  /** Beside another rspamd their names were others. */
  #inherit(previous: Networks): void {
    const { prefix } = previous.config;
    for (const network of previous.all()) {
      const series = seriesKey(prefix, this.#pluginVersion, network.name);
      this.adopt(series)?.inherit(network);
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

  /**
   * Symbols that a rule leaves out: those that neurald inserts, by whatever
   * rule, which must not teach it; and those that are blacklisted for it.
   */
  excludedFrom(rule: RuleConfig): ReadonlySet<string> {
    return this.#excluded.get(rule)!;
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

  /**
   * Where rspamd would keep the profiles of a rule: for the settings that are
   * known, and either version of the metatokens.
   */
  candidates(rule: RuleConfig): Series[] {
    return this.settingsOf(rule).flatMap((settings) =>
      METATOKEN_VERSIONS.map((metatokens) =>
        seriesKey(this.config.prefix, this.#pluginVersion, {
          rule: rule.prefix,
          settings,
          metatokens,
        })
      )
    );
  }

  /** The line of networks that a store keeps under a key, if it is one of ours. */
  adopt(series: Series): Network | undefined {
    const known = this.#bySeries.get(series);
    if (known) return known;
    for (const rule of this.config.rules) {
      for (const version of METATOKEN_VERSIONS) {
        const name = { rule: rule.prefix, metatokens: version, settings: "" };
        const start = seriesKey(this.config.prefix, this.#pluginVersion, name);
        if (!series.startsWith(start)) continue;
        const settings = this.#canonical(rule, series.slice(start.length));
        if (settings !== undefined) return this.#open(rule, settings, version);
      }
    }
  }

  /**
   * The line of networks that answers for a scan in a rule. While that of its
   * metatokens has no model, one of other metatokens answers: by its symbols it
   * knows more than nothing.
   *
   * @throws {ScanError} when its metatokens are not those that are configured
   */
  serving(rule: RuleConfig, scan: Scan): Network | undefined {
    const asked = scan.settingsId ?? DEFAULT_SETTINGS;
    const settings = this.#canonical(rule, asked);
    if (settings === undefined) return undefined;
    const version = this.#versionOf(rule, settings, scan);
    const live = this.#versions(rule, settings).filter(({ live }) => live);
    return live.find(({ name }) => name.metatokens === version) ?? live[0];
  }

  /**
   * The line of networks that a scan teaches in a rule. It may be a new one,
   * which is none of these before it is added: few scans become samples.
   *
   * @returns why there is none, where a text is returned
   * @throws {ScanError} when its metatokens are not those that are configured
   */
  find(rule: RuleConfig, scan: Scan): Network | string {
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
    return existing ?? this.#create(rule, settings, version);
  }

  /**
   * The line of networks of a rule, settings and metatokens, which may be a new
   * one; nothing where the rule does not serve these settings.
   */
  line(
    rule: RuleConfig,
    settings = DEFAULT_SETTINGS,
    version: MetatokenVersion,
  ): Network | undefined {
    const name = this.#canonical(rule, settings);
    if (name === undefined) return undefined;
    const network = this.#create(rule, name, version);
    return this.#bySeries.get(network.series) ?? network;
  }

  /** Whether a line of networks is one of these. */
  has({ series }: Network): boolean {
    return this.#bySeries.has(series);
  }

  /**
   * Adds a line of networks that is new, unless its settings are one too many:
   * what is configured always has its place.
   *
   * @returns why it was not added
   */
  add(network: Network): string | undefined {
    const { rule, name } = network;
    const { maxSettings } = this.config.neurald;
    if (rule.allowedSettings === "all" && name.settings !== DEFAULT_SETTINGS) {
      const others = this.ofRule(rule)
        .filter(({ name }) => name.settings !== DEFAULT_SETTINGS);
      if (others.length >= maxSettings) {
        return `rule ${rule.name} has samples of ${maxSettings} settings already (max_settings)`;
      }
    }
    this.#insert(network);
  }

  /** Takes back what was added, for the store could not keep its samples. */
  remove({ rule, name, series }: Network): void {
    this.#bySeries.delete(series);
    const others = this.#versions(rule, name.settings)
      .filter((network) => network.series !== series);
    if (others.length > 0) this.#byRule.get(rule)!.set(name.settings, others);
    else this.#byRule.get(rule)!.delete(name.settings);
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
    const network = this.#create(rule, settings, version);
    const known = this.#bySeries.get(network.series);
    if (!known) this.#insert(network);
    return known ?? network;
  }

  #create(
    rule: RuleConfig,
    settings: string,
    version: MetatokenVersion,
  ): Network {
    const name = { rule: rule.prefix, settings, metatokens: version };
    const series = seriesKey(this.config.prefix, this.#pluginVersion, name);
    return new Network(name, series, rule, rule.profiles.get(settings));
  }

  #insert(network: Network): void {
    const { rule, name, series } = network;
    this.#bySeries.set(series, network);
    const versions = this.#versions(rule, name.settings);
    this.#byRule.get(rule)!.set(name.settings, [network, ...versions]);
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
