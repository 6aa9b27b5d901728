/**
 * What is done to a vector before the network sees it (rspamd's `norm_stats`).
 *
 * @module
 */

import { NetworkError } from "./graph.ts";

/**
 * How vectors are normalised: divided by their length, or each element by the
 * standard deviation that it had in training, after its mean was taken off.
 */
export type Normalization =
  | { mode: "unit" }
  | { mode: "zscore"; mean: Float64Array; std: Float64Array };

/**
 * Reads the JSON that rspamd keeps with a model.
 *
 * @throws {NetworkError} when it is none of the two forms
 */
export function parseNormalization(json: unknown): Normalization {
  const stats = json as { mode?: unknown; mean?: unknown; std?: unknown };
  if (stats?.mode === "unit") return { mode: "unit" };
  if (stats?.mode !== "zscore") {
    throw new NetworkError('norm_stats.mode: "unit" or "zscore" is needed');
  }
  const mean = numbers(stats.mean, "mean");
  const std = numbers(stats.std, "std").map((x) => x === 0 ? 1 : x);
  if (mean.length !== std.length) {
    throw new NetworkError(
      `norm_stats has ${mean.length} means and ${std.length} deviations`,
    );
  }
  return { mode: "zscore", mean, std };
}

/** The JSON that rspamd keeps with a model; {@linkcode parseNormalization} reads it. */
export function normalizationJson(normalization: Normalization): unknown {
  if (normalization.mode === "unit") return { mode: "unit" };
  const { mode, mean, std } = normalization;
  return { mode, mean: [...mean], std: [...std] };
}

function numbers(value: unknown, name: string): Float64Array {
  if (!Array.isArray(value) || !value.every(Number.isFinite)) {
    throw new NetworkError(`norm_stats.${name} is not a list of numbers`);
  }
  return Float64Array.from(value);
}

/** Normalises a dense vector in place. A vector of length 0 stays as it is. */
export function normalize(
  vector: Float64Array,
  normalization: Normalization,
): void {
  if (normalization.mode === "unit") {
    const norm = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
    if (norm > 0) vector.forEach((x, i) => vector[i] = x / norm);
    return;
  }
  const { mean, std } = normalization;
  for (let i = 0; i < vector.length; i++) {
    vector[i] = (vector[i] - mean[i]) / std[i];
  }
}
