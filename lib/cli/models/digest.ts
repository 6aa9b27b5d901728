/**
 * The digest of a rule's feature providers.
 *
 * @module
 */

import type { Config } from "../../config/config.ts";
import { ruleOf } from "../../engine/models/find.ts";
import { Networks } from "../../engine/networks.ts";
import { digestOfProviders } from "../../engine/providers.ts";

/**
 * Digest of the providers of a rule, as rspamd 4 makes it.
 *
 * @param name the only rule, or `default`, unless given
 * @returns nothing where the rule has no providers
 * @throws {import("../../engine/networks.ts").UnknownRuleError} when there is no
 * such rule
 */
export async function digestOf(
  config: Config,
  name: string | undefined,
): Promise<string | undefined> {
  return await digestOfProviders(
    ruleOf(new Networks(config, 3), { rule: name }),
  );
}
