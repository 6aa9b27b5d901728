/**
 * Inputs of one size: counts among shares would drown them.
 *
 * @module
 */

import type { DenseLayer } from "../architectures.ts";
import type { Dataset } from "../dataset.ts";

/**
 * A factor for each input: 1, or for one that exceeds 1 somewhere what makes
 * its greatest value 1.
 */
export function inputScale(data: Dataset): Float32Array {
  const greatest = new Float32Array(data.inputs).fill(1);
  for (const [k, input] of data.indices.entries()) {
    greatest[input] = Math.max(greatest[input], Math.abs(data.values[k]));
  }
  return greatest.map((value) => 1 / value);
}

/** The data with every input multiplied by its factor. */
export function scaleData(data: Dataset, factors: Float32Array): Dataset {
  const values = data.values
    .map((value, k) => value * factors[data.indices[k]]);
  return { ...data, values };
}

/** A layer that makes of the inputs what another makes of them multiplied. */
export function foldScale(
  layer: DenseLayer,
  factors: Float32Array,
): DenseLayer {
  const weights = layer.weights
    .map((weight, k) => weight * factors[k % factors.length]);
  return { ...layer, weights };
}
