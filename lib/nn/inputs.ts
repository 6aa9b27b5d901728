/**
 * The same network over other inputs.
 *
 * @module
 */

import {
  type Graph,
  type GraphNode,
  inputSize,
  LEAF,
  type LeafNode,
  nodeWithRole,
  OP,
} from "./graph.ts";

/** Operators that leave each input where it is, and zero zero. */
const IN_PLACE: ReadonlySet<number> = new Set([OP.relu, OP.dropout]);

/**
 * Gives a network other inputs: each is one that it had, or is new and weighs
 * nothing. For vectors in which the same inputs have the same values, and those
 * that it does not have any more are zero, it answers the same.
 *
 * @param inputOf for each new input the one that it was, or −1
 * @returns nothing where the inputs do more than to be weighed
 * @throws {import("./graph.ts").NetworkError} when it has no single input node
 */
export function withInputs(
  graph: Graph,
  inputOf: Int32Array,
): Graph | undefined {
  const weights = inputWeights(graph);
  if (weights === undefined) return undefined;
  const before = inputSize(graph);
  const inputNode = nodeWithRole(graph, "input");
  return {
    nodes: graph.nodes.map((node, at) => {
      if (at === inputNode) {
        return { ...node, dims: [1, inputOf.length] } as LeafNode;
      }
      return weights.has(at)
        ? weighing(node as LeafNode, before, inputOf)
        : node;
    }),
  };
}

/** The weights that inputs are multiplied by, if nothing else is done to them. */
function inputWeights(graph: Graph): Set<number> | undefined {
  const inputs = new Set([nodeWithRole(graph, "input")]);
  const weights = new Set<number>();
  for (const [at, node] of graph.nodes.entries()) {
    if (node.kind === "leaf") continue;
    const used = node.children.filter((child) => inputs.has(child));
    if (used.length === 0) continue;
    const [first, second] = node.children;
    if (IN_PLACE.has(node.op)) {
      inputs.add(at);
    } else if (
      node.op === OP.cmul && used.length === 1 && inputs.has(first) &&
      isWeights(graph.nodes[second])
    ) {
      weights.add(second);
    } else {
      return undefined;
    }
  }
  return weights;
}

function isWeights(node: GraphNode): boolean {
  return node.kind === "leaf" && node.values !== undefined &&
    (node.flag & LEAF.variable) !== 0 && node.dims.length === 2;
}

/** Weights of shape [outputs, inputs], row-major, with other columns. */
function weighing(
  node: LeafNode,
  before: number,
  inputOf: Int32Array,
): LeafNode {
  const outputs = node.dims[0];
  const values = new Float32Array(outputs * inputOf.length);
  for (let row = 0; row < outputs; row++) {
    for (const [column, old] of inputOf.entries()) {
      if (old < 0) continue;
      values[row * inputOf.length + column] = node.values![row * before + old];
    }
  }
  return { ...node, dims: [outputs, inputOf.length], values };
}
