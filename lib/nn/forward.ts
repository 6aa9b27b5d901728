/**
 * The full forward pass: what a network answers, computed node by node.
 * It is the measure that the faster ways of `predictor.ts` are tested by.
 *
 * @module
 */

import { type Graph, inputSize, NetworkError, nodeWithRole } from "./graph.ts";
import { applyOperator, type Tensor } from "./operators.ts";

/** More values in one pass than any network for mail has: a damaged file. */
const MAX_ELEMENTS = 2 ** 21;

/**
 * Computes the output of a network for one vector.
 *
 * @param graph the network
 * @param input as many numbers as the network has inputs
 * @returns the values of the output node, in double precision
 * @throws {NetworkError} when the vector or the operands do not fit, or an
 * operator is not known, or there is too much to compute
 */
export function forward(graph: Graph, input: ArrayLike<number>): Float64Array {
  const values = forwardValues(graph, input);
  return Float64Array.from(values[nodeWithRole(graph, "output")].data);
}

/**
 * Computes the values of all nodes that the output is computed from.
 *
 * @returns one for each node; absent where the output does not depend on it
 * @throws {NetworkError} as {@linkcode forward} does
 */
export function forwardValues(
  graph: Graph,
  input: ArrayLike<number>,
): Tensor[] {
  const inputs = inputSize(graph);
  if (input.length !== inputs) {
    throw new NetworkError(
      `the network has ${inputs} inputs, and the vector ${input.length}`,
    );
  }
  const inputNode = nodeWithRole(graph, "input");
  const outputNode = nodeWithRole(graph, "output");
  const needed = ancestors(graph, outputNode);
  const values: Tensor[] = [];
  let elements = 0;
  for (const [index, node] of graph.nodes.entries()) {
    if (!needed.has(index)) continue;
    if (node.kind === "operator") {
      const operands = node.children.map((child) => values[child]);
      values[index] = applyOperator(node, operands);
      elements += values[index].data.length;
      if (elements > MAX_ELEMENTS) {
        throw new NetworkError("the network computes too many values");
      }
    } else if (index === inputNode) {
      values[index] = { dims: node.dims, data: Float64Array.from(input) };
    } else if (node.values) {
      values[index] = { dims: node.dims, data: node.values };
    } else {
      throw new NetworkError(`node ${index} is never given a value`);
    }
  }
  return values;
}

/** The node itself and everything that it is computed from. */
function ancestors(graph: Graph, from: number): Set<number> {
  const found = new Set([from]);
  for (let i = from; i >= 0; i--) {
    const node = graph.nodes[i];
    if (!found.has(i) || node.kind === "leaf") continue;
    if (node.previous >= 0) {
      throw new NetworkError("recurrent networks are not supported");
    }
    node.children.forEach((child) => found.add(child));
  }
  return found;
}
