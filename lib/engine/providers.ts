/**
 * The feature providers of a rule.
 *
 * @module
 */

import type { RuleConfig } from "../config/config.ts";
import { type Provider, providersDigest } from "../model/provider_digest.ts";

/**
 * Digest of the providers of a rule, as rspamd 4 makes it.
 *
 * @returns nothing where the rule has no providers
 */
export async function digestOfProviders(
  { providers, fusion, maxInputs }: RuleConfig,
): Promise<string | undefined> {
  if (providers.length === 0) return undefined;
  return await providersDigest([...providers] as Provider[], {
    fusion: {
      normalization: fusion.normalization,
      include_meta: fusion.includeMetatokens,
      meta_weight: fusion.metatokenWeight,
      per_provider_pca: fusion.perProviderPca,
    },
    max_inputs: maxInputs,
  });
}
