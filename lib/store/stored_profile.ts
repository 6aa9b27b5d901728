/**
 * Profiles and the parts of models, as a store keeps them.
 *
 * @module
 */

/** A profile as rspamd keeps it: which symbols a model's inputs stand for. */
export interface ProfileRecord {
  /** Digest of the symbol list (z-base-32 of blake2b-512, 103 characters). */
  digest: string;
  /** Symbol names, sorted; the model's inputs after the metatokens. */
  symbols: string[];
  /** Version of the model: 1 for the first, one more for each that follows. */
  version: number;
  /** Key of the model, unique within its series. */
  redis_key: string;
  /** Distance to the symbol list of whoever stored it. */
  distance?: number;
  /** Digest of the feature providers (rspamd 4.x). */
  providers_digest?: string;
}

/** A profile, when it was last used, and whether its model is there. */
export interface StoredProfile {
  profile: ProfileRecord;
  /** Unix time in seconds of the last publication or use. */
  usedAt: number;
  /** False when the profile outlived its model, or has none yet. */
  hasModel: boolean;
  /** Whether rspamd decided on its symbols, by its configuration. */
  isAdopted: boolean;
}

/**
 * The fields of a model under rspamd's names (`ann`, `pca`, `norm_stats`,
 * `roc_thresholds`, …) and neurald's own (`training`).
 */
export type ModelFields = Record<string, Uint8Array>;
