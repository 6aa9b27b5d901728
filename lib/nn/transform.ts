/**
 * Datasets as a network sees them that has a normalisation or a projection
 * before it: what a predictor does to one vector, done to all.
 *
 * @module
 */

import type { Dataset } from "./dataset.ts";
import type { Normalization } from "./normalization.ts";
import type { Projection } from "./pca.ts";
import type { InputTransform } from "./predictor.ts";
import { unitScale } from "./predictors/predictor.ts";

/** A transformed dataset would be too large to be held. */
export class DatasetSizeError extends Error {
  /** Tells it from other errors. */
  override name = "DatasetSizeError";
}

/** They take a gibibyte. */
const MOST_ELEMENTS = 2 ** 27;

/**
 * Normalises and projects all vectors of a dataset.
 *
 * Rows stay sparse unless something makes their zeros into other numbers:
 * z-scores and projections have every element, also those that are 0.
 *
 * @returns the dataset itself where there is nothing to do
 * @throws {DatasetSizeError} when the rows would be dense and too many
 */
export function transformDataset(
  data: Dataset,
  { normalization, projection }: InputTransform,
): Dataset {
  if (projection) return projected(data, projection, normalization);
  if (normalization?.mode === "zscore") return zScores(data, normalization);
  if (normalization?.mode === "unit") return withUnitRows(data);
  return data;
}

/** What `unit` multiplies the elements of a row by. */
export function unitScaleOf({ starts, values }: Dataset, row: number): number {
  return unitScale({ values: values.subarray(starts[row], starts[row + 1]) });
}

function withUnitRows(data: Dataset): Dataset {
  const values = new Float32Array(data.values.length);
  for (let row = 0; row < data.size; row++) {
    const scale = unitScaleOf(data, row);
    for (let k = data.starts[row]; k < data.starts[row + 1]; k++) {
      values[k] = data.values[k] * scale;
    }
  }
  return { ...data, values };
}

function zScores(
  data: Dataset,
  { mean, std }: Normalization & { mode: "zscore" },
): Dataset {
  const dense = denseDataset(data, data.inputs, "zscore");
  const zeros = Float32Array.from(mean, (x, i) => -x / std[i]);
  for (let row = 0; row < data.size; row++) {
    const at = row * data.inputs;
    dense.values.set(zeros, at);
    for (let k = data.starts[row]; k < data.starts[row + 1]; k++) {
      const i = data.indices[k];
      dense.values[at + i] = (data.values[k] - mean[i]) / std[i];
    }
  }
  return dense;
}

/**
 * A projection adds up columns of its matrix, each times an element; so only
 * those of elements that are not zero are added to what zeros give.
 */
function projected(
  data: Dataset,
  projection: Projection,
  normalization?: Normalization,
): Dataset {
  const { rows: width, columns } = projection;
  const dense = denseDataset(data, width, "max_inputs");
  const zscore = normalization?.mode === "zscore" ? normalization : undefined;
  const base = new Float64Array(width);
  const weights = new Float64Array(columns * width);
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < width; j++) {
      const weight = projection.data[j * columns + i] / (zscore?.std[i] ?? 1);
      weights[i * width + j] = weight;
      base[j] -= weight * (zscore?.mean[i] ?? 0);
    }
  }
  const sums = new Float64Array(width);
  for (let row = 0; row < data.size; row++) {
    const scale = normalization?.mode === "unit" ? unitScaleOf(data, row) : 1;
    sums.set(base);
    for (let k = data.starts[row]; k < data.starts[row + 1]; k++) {
      const x = data.values[k] * scale;
      const at = data.indices[k] * width;
      for (let j = 0; j < width; j++) sums[j] += x * weights[at + j];
    }
    dense.values.set(sums, row * width);
  }
  return dense;
}

/** A dataset of the same labels, with every element of every row, all 0. */
function denseDataset(
  { size, isSpam }: Dataset,
  inputs: number,
  option: string,
): Dataset {
  const elements = size * inputs;
  if (elements > MOST_ELEMENTS) {
    throw new DatasetSizeError(
      `${option} makes ${size} vectors of ${inputs} numbers each, together ${elements}, and at most ${MOST_ELEMENTS} can be trained on: do without ${option}, name fewer symbols, or lower max_pool`,
    );
  }
  const starts = Uint32Array.from(
    { length: size + 1 },
    (_, row) => row * inputs,
  );
  const positions = new Uint32Array(inputs).map((_, i) => i);
  const indices = new Uint32Array(elements);
  for (let row = 0; row < size; row++) indices.set(positions, starts[row]);
  return {
    inputs,
    size,
    starts,
    indices,
    values: new Float32Array(elements),
    isSpam,
  };
}
