/**
 * Networks made ready to answer.
 *
 * @module
 */

import { type AffineNetwork, collapse } from "./affine.ts";
import { forward } from "./forward.ts";
import { type Graph, inputSize, NetworkError } from "./graph.ts";
import { type Normalization, normalize } from "./normalization.ts";
import { project, type Projection } from "./pca.ts";
import { type SparseVector, toDense } from "./sparse.ts";

/** More than there are symbols: a damaged file. */
const MAX_INPUTS = 2 ** 17;

/** What is done to a vector before the network sees it, in this order. */
export interface InputTransform {
  /** First of all. */
  normalization?: Normalization;
  /** After that; the network then has as many inputs as it has rows. */
  projection?: Projection;
}

/** How much each element of a vector moved the output. */
export interface Contributions {
  /** What the network answers to the vector of zeros. */
  base: number;
  /** One for each entry of the sparse vector; with `base` they sum to the output. */
  values: Float64Array;
}

/** Answers vectors. */
export interface Predictor {
  /** Length of the vectors that it takes. */
  readonly inputs: number;
  /**
   * The output for a vector, between −1 (ham) and 1 (spam).
   *
   * @throws {NetworkError} when the vector has the wrong length
   */
  output(vector: SparseVector): number;
  /** Why it is so; absent where the network is not a weighted sum. */
  contributions?(vector: SparseVector): Contributions;
}

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
  }
  const predictor = new GraphPredictor(graph, transform, inputs);
  // A network that cannot be computed is found out now, not at the first mail.
  predictor.output(emptyVector(inputs));
  return predictor;
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

function checkLength(vector: SparseVector, inputs: number): void {
  if (vector.length !== inputs) {
    throw new NetworkError(
      `the network takes vectors of ${inputs} elements, and this one has ${vector.length}`,
    );
  }
}

/** Runs the whole graph. */
class GraphPredictor implements Predictor {
  #graph: Graph;
  #transform: InputTransform;

  constructor(
    graph: Graph,
    transform: InputTransform,
    readonly inputs: number,
  ) {
    this.#graph = graph;
    this.#transform = transform;
  }

  output(vector: SparseVector): number {
    checkLength(vector, this.inputs);
    const { normalization, projection } = this.#transform;
    let dense = toDense(vector);
    if (normalization) normalize(dense, normalization);
    if (projection) dense = project(projection, dense);
    const output = forward(this.#graph, dense);
    if (output.length !== 1) {
      throw new NetworkError(`the network has ${output.length} outputs, not 1`);
    }
    return output[0];
  }
}

/**
 * One multiplication for each element that is not zero.
 *
 * What the zeros add (something only where a mean is taken off) is summed up
 * beforehand; an element then adds the difference to what its zero would.
 */
class AffinePredictor implements Predictor {
  readonly inputs: number;
  #network: AffineNetwork;
  #normalization?: Normalization;
  #sumOfZeros: number;

  constructor(network: AffineNetwork, normalization?: Normalization) {
    this.inputs = network.weights.length;
    this.#network = network;
    this.#normalization = normalization;
    this.#sumOfZeros = network.bias;
    for (let i = 0; i < this.inputs; i++) {
      this.#sumOfZeros += this.#term(i, 0, 1);
    }
  }

  output(vector: SparseVector): number {
    return activate(this.#sum(vector), this.#network.activation);
  }

  /**
   * The path from the vector of zeros to this one is straight, and so is the
   * sum along it: integrated gradients (Sundararajan et al. 2017) then divide
   * the change of the output in proportion to the terms of the sum.
   */
  contributions(vector: SparseVector): Contributions {
    const sum = this.#sum(vector);
    const { activation } = this.#network;
    const base = activate(this.#sumOfZeros, activation);
    const change = activate(sum, activation) - base;
    const difference = sum - this.#sumOfZeros;
    const slope = Math.abs(difference) > 1e-12
      ? change / difference
      : derivative(base, activation);
    const scale = this.#scale(vector);
    const values = Float64Array.from(
      vector.values,
      (x, k) => slope * this.#difference(vector.indices[k], x, scale),
    );
    return { base, values };
  }

  #sum(vector: SparseVector): number {
    checkLength(vector, this.inputs);
    const { indices, values } = vector;
    let sum = this.#sumOfZeros;
    if (!this.#normalization) {
      const { weights, rectified } = this.#network;
      for (let k = 0; k < indices.length; k++) {
        const x = values[k];
        if (!rectified || x > 0) sum += weights[indices[k]] * x;
      }
      return sum;
    }
    const scale = this.#scale(vector);
    for (let k = 0; k < indices.length; k++) {
      sum += this.#difference(indices[k], values[k], scale);
    }
    return sum;
  }

  /** What an element adds beyond what its zero would have added. */
  #difference(index: number, x: number, scale: number): number {
    return this.#term(index, x, scale) - this.#term(index, 0, scale);
  }

  #term(index: number, x: number, scale: number): number {
    const { weights, rectified } = this.#network;
    let input = x * scale;
    if (this.#normalization?.mode === "zscore") {
      input = (x - this.#normalization.mean[index]) /
        this.#normalization.std[index];
    }
    return rectified && input < 0 ? 0 : weights[index] * input;
  }

  /** What unit normalisation multiplies the elements of a vector by. */
  #scale(vector: SparseVector): number {
    if (this.#normalization?.mode !== "unit") return 1;
    let squares = 0;
    for (let k = 0; k < vector.values.length; k++) {
      squares += vector.values[k] ** 2;
    }
    const norm = Math.sqrt(squares);
    return norm > 0 ? 1 / norm : 1;
  }
}

function activate(
  sum: number,
  activation: AffineNetwork["activation"],
): number {
  switch (activation) {
    case "tanh":
      return Math.tanh(sum);
    case "sigmoid":
      return 1 / (1 + Math.exp(-sum));
    case "identity":
      return sum;
  }
}

/** Slope of an activation, from the value that it takes there. */
function derivative(
  value: number,
  activation: AffineNetwork["activation"],
): number {
  switch (activation) {
    case "tanh":
      return 1 - value * value;
    case "sigmoid":
      return value * (1 - value);
    case "identity":
      return 1;
  }
}
