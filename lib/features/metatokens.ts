/**
 * Metatokens: what rspamd measures about a message besides its symbols
 * (`lualib/lua_meta.lua`).
 *
 * @module
 */

/** Versions of the metatokens that scans may have. */
export const METATOKEN_VERSIONS = [1, 3] as const;

/** Metatokens are ratios and small counts; more is a mistake. */
export const MAX_METATOKEN = 1e6;

/** 1: rspamd 2.x and 3.x; 3: rspamd 4.x, where some are measured anew. */
export type MetatokenVersion = typeof METATOKEN_VERSIONS[number];

const VERSION_1 = [
  "size",
  "nimages",
  "npng_images",
  "njpeg_images",
  "nlarge_images",
  "nsmall_images",
  "ntext_parts",
  "nattachments",
  "nutf_parts",
  "nascii_parts",
  "nmime_rcpt",
  "nsmtp_rcpt",
  "nreceived",
  "nreceived_invalid",
  "nreceived_bad_time",
  "nreceived_secure",
  "nurls",
  "avg_words_len",
  "nshort_words",
  "spaces_rate",
  "double_spaces_rate",
  "non_spaces_rate",
  "ascii_characters_rate",
  "non_ascii_characters_rate",
  "capital_characters_rate",
  "numeric_characters",
];

const VERSION_3 = [
  ...VERSION_1,
  "nhtml_links",
  "nhtml_http_links_ratio",
  "nhtml_query_links_ratio",
  "nhtml_same_etld1_links_ratio",
  "nhtml_domains_per_link_ratio",
  "nhtml_max_links_per_domain_ratio",
  "nhtml_forms",
  "nhtml_forms_unaffiliated_ratio",
  "nhtml_forms_affiliated_ratio",
  "html_cta_affiliated",
  "html_cta_weight",
  "html_affiliated_links_ratio",
  "html_trackerish_ratio",
  "html_hidden_text_ratio",
  "html_transparent_text_ratio",
  "html_hidden_blocks",
  "html_transparent_blocks",
  "html_offscreen_blocks",
  "html_meta_refresh",
  "html_meta_refresh_urls",
];

const NAMES: Record<MetatokenVersion, readonly string[]> = {
  1: VERSION_1,
  3: VERSION_3,
};

const POSITIONS: Record<MetatokenVersion, ReadonlyMap<string, number>> = {
  1: new Map(VERSION_1.map((name, i) => [name, i])),
  3: new Map(VERSION_3.map((name, i) => [name, i])),
};

/** Names of the metatokens of a version, in the order of the vector. */
export function metatokenNames(version: MetatokenVersion): readonly string[] {
  return NAMES[version];
}

/** The version whose scans have this many metatokens, if there is one. */
export function versionOfLength(length: number): MetatokenVersion | undefined {
  return METATOKEN_VERSIONS.find((version) => NAMES[version].length === length);
}

/** Position of a metatoken, by name, or `undefined` in another version. */
export function metatokenPosition(
  version: MetatokenVersion,
  name: string,
): number | undefined {
  return POSITIONS[version].get(name);
}
