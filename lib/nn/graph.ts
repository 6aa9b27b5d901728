/**
 * Networks as graphs of operators, the way KANN describes them.
 *
 * @module
 */

/** A graph, or a vector given to it, that cannot be what it claims to be. */
export class NetworkError extends Error {
  /** Tells it from other errors. */
  override name = "NetworkError";
}

/** What a node is to those who use the graph (`ext_flag` in KANN). */
export const ROLE = { input: 1, output: 2, truth: 4, cost: 8 } as const;

/** What the values of a leaf are (`flag` in KANN). */
export const LEAF = { variable: 1, constant: 2 } as const;

/** The operators that neurald can compute or writes, by KANN's numbers. */
export const OP = {
  add: 1,
  mul: 2,
  /** x · Wᵀ */
  cmul: 3,
  /** Binary cross-entropy with both sides in (−1, 1). */
  ceBinNeg: 4,
  square: 5,
  sigm: 6,
  tanh: 7,
  relu: 8,
  matmul: 9,
  avg: 10,
  oneMinus: 11,
  select: 12,
  softmax: 14,
  dropout: 15,
  max: 21,
  sub: 23,
  log: 27,
  stdnorm: 32,
  exp: 33,
  sin: 34,
  gelu: 37,
} as const;

/** Fields that KANN keeps for every node and that are written back as read. */
export interface NodeBase {
  /** Label given by whoever built the graph; 0 in rspamd's networks. */
  label: number;
  /** {@linkcode ROLE} bits. */
  role: number;
  /** KANN's `flag` byte: for leaves, {@linkcode LEAF} bits. */
  flag: number;
}

/** A leaf: an input, or an array of weights or constants. */
export interface LeafNode extends NodeBase {
  /** Tells leaves from operators. */
  kind: "leaf";
  /** Shape; empty for a scalar. */
  dims: number[];
  /** Row-major; absent for inputs, which get theirs when they are fed. */
  values?: Float32Array;
}

/** An operator applied to nodes that come before it. */
export interface OperatorNode extends NodeBase {
  /** Tells operators from leaves. */
  kind: "operator";
  /** KANN's number of the operator ({@linkcode OP}). */
  op: number;
  /** Positions of the operands in {@linkcode Graph.nodes}. */
  children: number[];
  /** Node whose last value feeds this one in recurrent networks, else −1. */
  previous: number;
  /** The operator's own parameters, opaque. */
  parameters: Uint8Array;
}

/** One node of a graph. */
export type GraphNode = LeafNode | OperatorNode;

/** A network: nodes in the order in which they can be computed. */
export interface Graph {
  /** Each one refers only to those before it. */
  nodes: GraphNode[];
}

/** Number of elements of an array of this shape. */
export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((size, dim) => size * dim, 1);
}

/** Position of the only node with a role. Throws {@linkcode NetworkError}. */
export function nodeWithRole(
  graph: Graph,
  role: keyof typeof ROLE,
): number {
  const found = graph.nodes.flatMap((node, i) =>
    node.role & ROLE[role] ? [i] : []
  );
  if (found.length !== 1) {
    throw new NetworkError(
      `a network has one ${role} node, and this one has ${found.length}`,
    );
  }
  return found[0];
}

/** Number of inputs of a network. Throws {@linkcode NetworkError}. */
export function inputSize(graph: Graph): number {
  const node = graph.nodes[nodeWithRole(graph, "input")];
  if (node.kind !== "leaf") {
    throw new NetworkError("the input of the network is not a leaf");
  }
  return sizeOf(node.dims);
}
