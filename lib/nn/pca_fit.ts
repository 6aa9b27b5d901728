/**
 * Principal axes of the vectors that a network is trained on.
 *
 * @module
 */

import type { Dataset } from "./dataset.ts";
import { greatestEigenpairs } from "./eigen.ts";
import type { Normalization } from "./normalization.ts";
import type { Projection } from "./pca.ts";
import { DatasetSizeError, unitScaleOf } from "./transform.ts";

/** Axes along which less varies than this share of the first one are noise. */
const LEAST_VARIANCE = 1e-9;
/** Their scatter matrix takes 128 MiB, and a minute or two. */
const MOST_COLUMNS = 4096;

/**
 * Finds the axes along which vectors vary most, the eigenvectors of their
 * scatter matrix `Σ (x − mean)·(x − mean)ᵀ` (rspamd `learn_pca`), the one of
 * the greatest eigenvalue first. The mean is not taken off when a vector is
 * projected: that only shifts all of them alike. Each axis points to where its
 * greatest element is positive.
 *
 * Where the vectors vary along fewer axes than asked for, there are only so
 * many: what a network would make of the others was never trained.
 *
 * Time grows with the cube of the columns, and memory with their square.
 *
 * @param data the vectors as they are
 * @param components how many axes; at least 1
 * @param normalization what is done to vectors before they are projected
 * @throws {DatasetSizeError} when the vectors are too long
 */
export function fitProjection(
  data: Dataset,
  components: number,
  normalization?: Normalization,
): Projection {
  const columns = data.inputs;
  if (columns > MOST_COLUMNS) {
    throw new DatasetSizeError(
      `max_inputs can reduce vectors of at most ${MOST_COLUMNS} numbers, and these have ${columns}: do without it, or name fewer symbols`,
    );
  }
  const scatter = scatterMatrix(data, normalization);
  const pairs = greatestEigenpairs(scatter, columns, components);
  const least = LEAST_VARIANCE * pairs[0].value;
  const axes = pairs.filter(({ value }, i) => i === 0 || value > least);
  const projection = {
    rows: axes.length,
    columns,
    data: new Float32Array(axes.length * columns),
  };
  for (const [row, { vector }] of axes.entries()) {
    const sign = Math.sign(greatestElement(vector));
    projection.data.set(vector.map((x) => sign * x), row * columns);
  }
  return projection;
}

/** On and below the diagonal; from the elements that are not zero alone. */
function scatterMatrix(
  data: Dataset,
  normalization?: Normalization,
): Float64Array {
  const { inputs, size, starts, indices, values } = data;
  const matrix = new Float64Array(inputs * inputs);
  const mean = new Float64Array(inputs);
  const row = new Float64Array(inputs);
  const isUnit = normalization?.mode === "unit";
  for (let sample = 0; sample < size; sample++) {
    const scale = isUnit ? unitScaleOf(data, sample) : 1;
    const positions = indices.slice(starts[sample], starts[sample + 1]).sort();
    for (let k = starts[sample]; k < starts[sample + 1]; k++) {
      row[indices[k]] = values[k] * scale;
      mean[indices[k]] += row[indices[k]];
    }
    for (let a = 0; a < positions.length; a++) {
      const at = positions[a] * inputs;
      const x = row[positions[a]];
      for (let b = 0; b <= a; b++) {
        matrix[at + positions[b]] += x * row[positions[b]];
      }
    }
  }
  for (let i = 0; i < inputs; i++) mean[i] /= Math.max(1, size);
  const std = normalization?.mode === "zscore" ? normalization.std : undefined;
  for (let i = 0; i < inputs; i++) {
    for (let j = 0; j <= i; j++) {
      const centred = matrix[i * inputs + j] - size * mean[i] * mean[j];
      matrix[i * inputs + j] = std ? centred / (std[i] * std[j]) : centred;
    }
  }
  return matrix;
}

/** The first one of the greatest size, with its sign. */
function greatestElement(vector: Float64Array): number {
  return vector.reduce((a, b) => Math.abs(b) > Math.abs(a) ? b : a);
}
