/**
 * Normalisations and projections as part of the network behind them.
 *
 * Whatever is done to vectors by additions and multiplications can be done by
 * the weights of a dense layer as well. Such a network needs nothing before it:
 * rspamd 3 knows neither normalisation nor projection, and rspamd 4.1 adds what
 * happens to be in memory to what it projects.
 *
 * @module
 */

import {
  architectureOf,
  type DenseLayer,
  layersOf,
  linearGraph,
  mlpGraph,
} from "./architectures.ts";
import type { Graph } from "./graph.ts";
import type { Normalization } from "./normalization.ts";
import type { Projection } from "./pca.ts";
import type { InputTransform } from "./predictor.ts";

/** A network, and what is still to be done to vectors before it. */
export interface FoldedNetwork {
  graph: Graph;
  transform: InputTransform;
}

/**
 * Takes into a network what is done to vectors before it, as far as that is
 * possible: into `linear` and `mlp`, whose inputs are weighed at once. What
 * divides each vector by its own length stays.
 */
export function foldTransform(
  graph: Graph,
  transform: InputTransform,
): FoldedNetwork {
  const { normalization, projection } = transform;
  const architecture = architectureOf(graph);
  if (architecture !== "linear" && architecture !== "mlp") {
    return { graph, transform };
  }
  const [first, ...others] = layersOf(graph, architecture)!;
  let layer = first;
  if (projection) layer = beforeProjection(layer, projection);
  if (normalization?.mode === "zscore") {
    layer = beforeZScores(layer, normalization);
  }
  const inputs = layer.weights.length / layer.biases.length;
  return {
    graph: architecture === "linear"
      ? linearGraph(inputs, layer)
      : mlpGraph(inputs, [layer, ...others]),
    transform: normalization?.mode === "unit" ? { normalization } : {},
  };
}

/** W·(P·x) = (W·P)·x */
function beforeProjection(
  { weights, biases }: DenseLayer,
  { rows, columns, data }: Projection,
): DenseLayer {
  const units = biases.length;
  const folded = new Float32Array(units * columns);
  const sums = new Float64Array(columns);
  for (let unit = 0; unit < units; unit++) {
    sums.fill(0);
    for (let row = 0; row < rows; row++) {
      const weight = weights[unit * rows + row];
      for (let k = 0; k < columns; k++) {
        sums[k] += weight * data[row * columns + k];
      }
    }
    folded.set(sums, unit * columns);
  }
  return { weights: folded, biases };
}

/** W·((x − mean) / std) + b = (W / std)·x + (b − (W / std)·mean) */
function beforeZScores(
  { weights, biases }: DenseLayer,
  { mean, std }: Extract<Normalization, { mode: "zscore" }>,
): DenseLayer {
  const inputs = mean.length;
  const folded = new Float32Array(weights.length);
  const shifted = biases.map((bias, unit) => {
    let sum = bias;
    for (let k = 0; k < inputs; k++) {
      const at = unit * inputs + k;
      folded[at] = weights[at] / std[k];
      sum -= folded[at] * mean[k];
    }
    return sum;
  });
  return { weights: folded, biases: shifted };
}
