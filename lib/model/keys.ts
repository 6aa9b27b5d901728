/**
 * Keys under which a store keeps things, as rspamd makes them
 * (`redis_ann_prefix` and `new_ann_key`).
 *
 * @module
 */

import type { MetatokenVersion } from "../features/metatokens.ts";
import type { PluginVersion } from "../store/store.ts";

/** One line of networks: of a rule, a settings name and a metatoken version. */
export interface NetworkName {
  /** The rule's prefix. */
  rule: string;
  /** `default` where no settings apply. */
  settings: string;
  metatokens: MetatokenVersion;
}

/**
 * Key of all profiles of a line of networks: `rn3_default_3_default`.
 *
 * @param pluginVersion of the rspamd whose keys are used
 */
export function seriesKey(
  prefix: string,
  pluginVersion: PluginVersion,
  name: NetworkName,
): string {
  const { rule, metatokens, settings } = name;
  return `${prefix}${pluginVersion}_${rule}_${metatokens}_${settings}`;
}

/** Key of one model: `rn_default_default_rpfc144c_2`. */
export function modelKey(
  prefix: string,
  { rule, settings }: NetworkName,
  digest: string,
  version: number,
): string {
  return `${prefix}_${rule}_${settings}_${digest.slice(0, 8)}_${version}`;
}
