/**
 * Digests of feature providers: by them a model is known to be for a rule
 * (rspamd 4.x, `providers_config_digest`).
 *
 * @module
 */

import { unorderedDigest } from "./unordered_digest.ts";

/** A feature provider as it is configured, under rspamd's names. */
export interface Provider {
  /** `symbols`, `metatokens`, `llm` and others. */
  type?: string;
  /** Stands for `type` where that is missing. */
  name?: string;
  /** By what its features are multiplied; 1 unless given. */
  weight?: number;
  /** How many features it gives. */
  dim?: number;
  /** Whose language model it asks; also under the next two names. */
  llm_type?: string;
  /** Other name of `llm_type`. */
  api?: string;
  /** Other name of `llm_type`. */
  backend?: string;
  /** Name of the language model. */
  model?: string;
  /** Longest text for the language model. */
  max_tokens?: number;
  /** Only `conv1d` counts. */
  output_mode?: string;
  /** Of `conv1d`: longest text; 32 unless given. */
  max_words?: number;
  /** Of `conv1d`: widths of the kernels; 1, 3 and 5 unless given. */
  kernel_sizes?: readonly number[];
  /** Of `conv1d`: how windows are made one; `max` unless given. */
  conv_pooling?: string;
}

/** Those options of a rule that its digest depends on, under rspamd's names. */
export interface ProvidersRule {
  /** How the features of all providers are put together. */
  fusion?: {
    /** `none` unless given. */
    normalization?: string;
    /** Whether metatokens are added; true unless given. */
    include_meta?: boolean;
    /** By what they are multiplied; 1 unless given. */
    meta_weight?: number;
    /** Whether each provider has a PCA of its own; false unless given. */
    per_provider_pca?: boolean;
  };
  /** Longer vectors are projected to so many inputs. */
  max_inputs?: number;
}

/**
 * Digest of the providers of a rule. What rspamd would take for a provider
 * from its `gpt` section has to be filled in.
 *
 * @returns 16 hexadecimal digits
 */
export function providersDigest(
  providers: readonly Provider[],
  { fusion = {}, max_inputs }: ProvidersRule,
): Promise<string> {
  return unorderedDigest({
    providers: providers.map(digestedOf),
    fusion: {
      normalization: fusion.normalization ?? "none",
      include_meta: fusion.include_meta ?? true,
      meta_weight: fusion.meta_weight ?? 1,
      per_provider_pca: fusion.per_provider_pca ?? false,
    },
    max_inputs,
  });
}

/** What counts of a provider. */
function digestedOf(provider: Provider) {
  const { type = provider.name ?? "unknown", weight = 1, dim } = provider;
  const { llm_type = provider.api ?? provider.backend } = provider;
  const { model, max_tokens, output_mode } = provider;
  const { max_words = 32, kernel_sizes = [1, 3, 5] } = provider;
  const { conv_pooling = "max" } = provider;
  return {
    type,
    weight,
    dim,
    ...type === "llm" && { llm_type, model, max_tokens },
    ...output_mode === "conv1d" &&
      { output_mode, max_words, kernel_sizes, conv_pooling },
  };
}
