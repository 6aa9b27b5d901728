/**
 * Networks without a non-linearity between their layers.
 *
 * In rspamd's symbol network only ReLU before the first layer and tanh after
 * the last are not linear, so however many hidden units it has, it answers
 * `tanh(bias + Σ weights[i] · relu(x[i]))`.
 *
 * @module
 */

import type { Activation } from "./activation.ts";
import {
  type Graph,
  type GraphNode,
  inputSize,
  LEAF,
  type LeafNode,
  NetworkError,
  nodeWithRole,
  OP,
  ROLE,
  sizeOf,
} from "./graph.ts";

/** `activation(bias + Σ weights[i] · f(x[i]))`, with f = relu or nothing. */
export interface AffineNetwork {
  weights: Float64Array;
  bias: number;
  /** Whether negative inputs count as 0. */
  rectified: boolean;
  activation: Activation;
}

/**
 * Multiplies the layers of a network into one, if they are all linear.
 *
 * The sum is carried from the output back to the input: at every node it is
 * `Σ coefficients · value(node) + bias`, so the work is that of one forward
 * pass and no matrix product is ever formed.
 *
 * @returns nothing for a network with a real hidden layer
 * @throws {NetworkError} when the graph has no single input and output
 */
export function collapse(graph: Graph): AffineNetwork | undefined {
  if (graph.nodes.some(isRecurrent)) return undefined;
  const inputNode = nodeWithRole(graph, "input");
  const inputs = inputSize(graph);
  let at = nodeWithRole(graph, "output");
  const activation = activationOf(graph, at);
  if (activation !== "identity") at = childrenOf(graph, at)[0];

  let coefficients = Float64Array.of(1);
  let bias = 0;
  while (at !== inputNode) {
    const node = graph.nodes[at];
    if (node.kind === "leaf") return undefined;
    const [operand, other] = node.children;
    const parameter = other === undefined ? undefined : weightsAt(graph, other);
    if (node.op === OP.add && parameter) {
      const size = sizeOf(parameter.dims);
      if (size !== coefficients.length) return undefined;
      bias += dot(coefficients, parameter.values);
    } else if (node.op === OP.cmul && parameter?.dims.length === 2) {
      if (parameter.dims[0] !== coefficients.length) return undefined;
      coefficients = transposedProduct(parameter, coefficients);
    } else if (node.op === OP.relu && operand === inputNode) {
      return coefficients.length === inputs
        ? { weights: coefficients, bias, rectified: true, activation }
        : undefined;
    } else {
      return undefined;
    }
    at = operand;
  }
  if (coefficients.length !== inputs) return undefined;
  return { weights: coefficients, bias, rectified: false, activation };
}

function isRecurrent(node: GraphNode): boolean {
  return node.kind === "operator" && node.previous >= 0;
}

function activationOf(graph: Graph, at: number): Activation {
  const node = graph.nodes[at];
  if (node.kind === "leaf") {
    throw new NetworkError("the output of the network is a leaf");
  }
  if (node.op === OP.tanh) return "tanh";
  if (node.op === OP.sigm) return "sigmoid";
  return "identity";
}

function childrenOf(graph: Graph, at: number): number[] {
  const node = graph.nodes[at];
  return node.kind === "leaf" ? [] : node.children;
}

type Weights = LeafNode & { values: Float32Array };

function weightsAt(graph: Graph, at: number): Weights | undefined {
  const node = graph.nodes[at];
  const isWeights = node.kind === "leaf" && node.values !== undefined &&
    (node.flag & LEAF.variable) !== 0 && (node.role & ROLE.input) === 0;
  return isWeights ? node as Weights : undefined;
}

function dot(a: Float64Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Wᵀ·v for W of shape [rows, columns]. */
function transposedProduct(
  w: Weights,
  v: Float64Array,
): Float64Array<ArrayBuffer> {
  const [rows, columns] = w.dims;
  const product = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < columns; k++) {
      product[k] += v[row] * w.values[row * columns + k];
    }
  }
  return product;
}
