/**
 * Networks of any kind.
 *
 * @module
 */

import { forward } from "../forward.ts";
import { gradientOf, isDifferentiable } from "../gradient.ts";
import { type Graph, NetworkError } from "../graph.ts";
import { normalize } from "../normalization.ts";
import { project, type Projection } from "../pca.ts";
import { type SparseVector, toDense } from "../sparse.ts";
import {
  checkLength,
  type Contributions,
  type InputTransform,
  type Predictor,
} from "./predictor.ts";

/** Gradients that are taken along the path: at first, and at most. */
const POINTS = { first: 16, most: 128 };
/** Where contributions miss the change of the output by less, it is enough. */
const TOLERANCE = 1e-4;

/** Runs the whole graph. */
export class GraphPredictor implements Predictor {
  readonly contributions?: (vector: SparseVector) => Contributions;
  #graph: Graph;
  #transform: InputTransform;

  /** @param inputs length of the vectors, before the transform */
  constructor(
    graph: Graph,
    transform: InputTransform,
    readonly inputs: number,
  ) {
    this.#graph = graph;
    this.#transform = transform;
    if (isDifferentiable(graph)) {
      this.contributions = (vector) => this.#explain(vector);
    }
  }

  output(vector: SparseVector): number {
    const output = forward(
      this.#graph,
      this.#projected(this.#normalized(vector)),
    );
    if (output.length !== 1) {
      throw new NetworkError(`the network has ${output.length} outputs, not 1`);
    }
    return output[0];
  }

  #normalized(vector: SparseVector): Float64Array {
    checkLength(vector, this.inputs);
    const { normalization } = this.#transform;
    const dense = toDense(vector);
    if (normalization) normalize(dense, normalization);
    return dense;
  }

  #projected(dense: Float64Array): Float64Array {
    const { projection } = this.#transform;
    return projection ? project(projection, dense) : dense;
  }

  /**
   * Integrated gradients by the midpoint rule, with twice the points until
   * they account for the change of the output; what is then still missing is
   * shared out in proportion.
   */
  #explain(vector: SparseVector): Contributions {
    const end = this.#normalized(vector);
    const start = this.#normalized({ ...vector, indices: [], values: [] });
    const base = forward(this.#graph, this.#projected(start))[0];
    const change = forward(this.#graph, this.#projected(end))[0] - base;
    const moved = Float64Array.from(
      vector.indices,
      (i) => end[i] - start[i],
    );
    let values: Float64Array;
    let points = POINTS.first;
    do {
      const mean = this.#meanGradient(start, end, points);
      values = moved.map((by, k) => by * mean[vector.indices[k]]);
      points *= 2;
    } while (
      points <= POINTS.most && Math.abs(sum(values) - change) > TOLERANCE
    );
    return { base, values: adjusted(values, change) };
  }

  /**
   * The mean gradient by the normalised vector, on the straight path. Points
   * are closer together near its start, where layer normalisation has little
   * to normalise, and the output changes fastest.
   */
  #meanGradient(
    start: Float64Array,
    end: Float64Array,
    points: number,
  ): Float64Array {
    const from = this.#projected(start);
    const to = this.#projected(end);
    const mean = new Float64Array(from.length);
    for (let point = 0; point < points; point++) {
      const root = (point + 0.5) / points;
      const at = from.map((x, i) => x + root * root * (to[i] - x));
      const { byInput } = gradientOf(this.#graph, at);
      const weight = 2 * root / points;
      for (let i = 0; i < mean.length; i++) mean[i] += weight * byInput[i];
    }
    const { projection } = this.#transform;
    return projection ? projectBack(projection, mean) : mean;
  }
}

/** Pᵀ·g */
function projectBack(
  { rows, columns, data }: Projection,
  gradient: Float64Array,
): Float64Array {
  const result = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < columns; k++) {
      result[k] += gradient[row] * data[row * columns + k];
    }
  }
  return result;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * Contributions that sum to the change, the larger ones changed more. A slope
 * without bounds, of layer normalisation where it has next to no spread, says
 * nothing of how much an element contributes.
 */
function adjusted(computed: Float64Array, change: number): Float64Array {
  const values = computed.map((value) => Number.isFinite(value) ? value : 0);
  const missing = change - sum(values);
  const weights = values.map((value) => Math.abs(value));
  const total = sum(weights);
  return total > 0
    ? values.map((value, k) => value + missing * (weights[k] / total))
    : values.map(() => missing / values.length);
}
