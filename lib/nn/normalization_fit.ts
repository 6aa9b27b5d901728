/**
 * Normalisation learned from the vectors that a network is trained on.
 *
 * @module
 */

import type { Dataset } from "./dataset.ts";
import type { Normalization } from "./normalization.ts";

/**
 * Finds the mean and the standard deviation of each column, over whole
 * vectors, with the zeros that a dataset leaves out (rspamd
 * `compute_zscore_stats`). The deviation is that of a sample, with n − 1; where
 * it is 0, it counts as 1.
 *
 * @param data nothing is learned from none, or for `unit`
 */
export function fitNormalization(
  data: Dataset,
  mode: Normalization["mode"],
): Normalization {
  if (mode === "unit") return { mode };
  const { inputs, size, indices, values } = data;
  const mean = new Float64Array(inputs);
  const elements = new Uint32Array(inputs);
  // Sums of equal float32 numbers are exact in double precision, so a column
  // that never varies has exactly that mean, and the deviation 0.
  for (let k = 0; k < indices.length; k++) {
    mean[indices[k]] += values[k];
    elements[indices[k]]++;
  }
  for (let i = 0; i < inputs; i++) mean[i] /= Math.max(1, size);
  const std = new Float64Array(inputs);
  for (let i = 0; i < inputs; i++) {
    std[i] = (size - elements[i]) * mean[i] * mean[i];
  }
  for (let k = 0; k < indices.length; k++) {
    const distance = values[k] - mean[indices[k]];
    std[indices[k]] += distance * distance;
  }
  for (let i = 0; i < inputs; i++) {
    std[i] = Math.sqrt(std[i] / Math.max(1, size - 1)) || 1;
  }
  return { mode, mean, std };
}
