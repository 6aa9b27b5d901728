/**
 * Networks made ready to answer.
 *
 * @module
 */

import { collapse } from "./affine.ts";
import { layersOf } from "./architectures.ts";
import { type Dataset, rowOf } from "./dataset.ts";
import { type Graph, inputSize, NetworkError } from "./graph.ts";
import { AffinePredictor } from "./predictors/affine.ts";
import { GraphPredictor } from "./predictors/graph.ts";
import type { InputTransform, Predictor } from "./predictors/predictor.ts";
import { ReluPredictor } from "./predictors/relu.ts";
import type { SparseVector } from "./sparse.ts";

export type {
  Contributions,
  InputTransform,
  Predictor,
} from "./predictors/predictor.ts";

/** More than there are symbols: a damaged file. */
const MAX_INPUTS = 2 ** 17;

/**
 * Makes a network ready to answer, in the fastest way that is exact.
 *
 * @throws {NetworkError} when its parts do not fit each other, or it has not
 * exactly one output
 */
export function createPredictor(
  graph: Graph,
  transform: InputTransform = {},
): Predictor {
  const inputs = checkTransform(graph, transform);
  if (!transform.projection) {
    const affine = collapse(graph);
    if (affine) return new AffinePredictor(affine, transform.normalization);
    const layers = layersOf(graph, "mlp");
    if (layers) return new ReluPredictor(layers, transform.normalization);
  }
  const predictor = new GraphPredictor(graph, transform, inputs);
  // A network that cannot be computed is found out now, not at the first mail.
  predictor.output(emptyVector(inputs));
  return predictor;
}

/**
 * What a network answers to each vector of a dataset.
 *
 * @throws {NetworkError} like {@linkcode createPredictor}
 */
export function outputsOf(
  graph: Graph,
  data: Dataset,
  transform?: InputTransform,
): Float64Array<ArrayBuffer> {
  const predictor = createPredictor(graph, transform);
  return Float64Array.from(
    data.isSpam,
    (_, row) => predictor.output(rowOf(data, row)),
  );
}

/** Length of the vectors before the transform. */
function checkTransform(graph: Graph, transform: InputTransform): number {
  const { normalization, projection } = transform;
  const inputs = projection?.columns ?? inputSize(graph);
  if (inputs > MAX_INPUTS) {
    throw new NetworkError(
      `the network has ${inputs} inputs; at most ${MAX_INPUTS} are possible`,
    );
  }
  if (projection && projection.rows !== inputSize(graph)) {
    throw new NetworkError(
      `the PCA matrix gives ${projection.rows} components to a network of ${
        inputSize(graph)
      } inputs`,
    );
  }
  if (
    normalization?.mode === "zscore" && normalization.mean.length !== inputs
  ) {
    throw new NetworkError(
      `norm_stats is for ${normalization.mean.length} inputs, and there are ${inputs}`,
    );
  }
  return inputs;
}

function emptyVector(length: number): SparseVector {
  return { length, indices: [], values: [] };
}
