/**
 * The graphs of the networks that neurald trains, node by node as KANN's
 * layer functions would have made them, so that rspamd loads them.
 *
 * @module
 */

import {
  type Graph,
  type GraphNode,
  inputSize,
  LEAF,
  type LeafNode,
  OP,
  ROLE,
} from "./graph.ts";

/** A dense layer: `W·x + b`. */
export interface DenseLayer {
  /** Weights of shape [outputs, inputs], row-major. */
  weights: Float32Array;
  /** One for each output. */
  biases: Float32Array;
}

/** Architectures that can be trained. */
export const ARCHITECTURES = ["symbol", "linear"] as const;

/** One of {@linkcode ARCHITECTURES}. */
export type Architecture = typeof ARCHITECTURES[number];

/**
 * rspamd's symbol network: input → ReLU → dense → dense → tanh.
 *
 * @param inputs length of the vectors
 * @param layers the hidden layer, and the layer with the one output
 */
export function symbolGraph(
  inputs: number,
  layers: [DenseLayer, DenseLayer],
): Graph {
  const builder = new GraphBuilder(inputs);
  // KANN marks nodes that a gradient passes through; this one has none below.
  builder.operator(OP.relu, [], { flag: 0 });
  for (const layer of layers) builder.dense(layer);
  return builder.finish();
}

/** Logistic regression: input → dense → tanh. */
export function linearGraph(inputs: number, layer: DenseLayer): Graph {
  const builder = new GraphBuilder(inputs);
  builder.dense(layer);
  return builder.finish();
}

/** Number of hidden units of a symbol network (rspamd `create_ann`). */
export function hiddenUnits(inputs: number, multiplier: number): number {
  return Math.floor(inputs * multiplier + 1);
}

/**
 * The dense layers of a network, if it is of this architecture.
 *
 * @returns nothing for another architecture
 */
export function layersOf(
  graph: Graph,
  architecture: Architecture,
): DenseLayer[] | undefined {
  const arrays = graph.nodes.flatMap((node) =>
    node.kind === "leaf" && node.values ? [node.values] : []
  );
  const layers: DenseLayer[] = [];
  for (let k = 0; k + 1 < arrays.length; k += 2) {
    layers.push({ weights: arrays[k], biases: arrays[k + 1] });
  }
  const inputs = inputSize(graph);
  const [first, second] = layers;
  const same = architecture === "symbol"
    ? layers.length === 2 &&
      sameShape(graph, symbolGraph(inputs, [first, second]))
    : layers.length === 1 && sameShape(graph, linearGraph(inputs, first));
  return same ? layers : undefined;
}

/** Whether two graphs differ in nothing but their weights. */
function sameShape(a: Graph, b: Graph): boolean {
  const shape = (graph: Graph) =>
    JSON.stringify(
      graph.nodes,
      (key, value) =>
        key === "values" || key === "parameters" ? undefined : value,
    );
  return shape(a) === shape(b);
}

/** Appends nodes to a graph, each one working on the one before. */
class GraphBuilder {
  #nodes: GraphNode[];
  /** Position of the last value that was computed. */
  #last = 0;
  #width: number;

  constructor(inputs: number) {
    this.#nodes = [leaf([1, inputs], { role: ROLE.input })];
    this.#width = inputs;
  }

  #append(node: GraphNode): number {
    return this.#nodes.push(node) - 1;
  }

  /** Applies an operator to the last value and to others. */
  operator(
    op: number,
    others: number[],
    fields: { flag?: number; role?: number } = {},
  ): void {
    this.#last = this.#append({
      kind: "operator",
      label: 0,
      role: fields.role ?? 0,
      flag: fields.flag ?? LEAF.variable,
      op,
      children: [this.#last, ...others],
      previous: -1,
      parameters: new Uint8Array(0),
    });
  }

  dense({ weights, biases }: DenseLayer): void {
    const w = this.#append(variable([biases.length, this.#width], weights));
    this.operator(OP.cmul, [w]);
    const b = this.#append(variable([biases.length], biases));
    this.operator(OP.add, [b]);
    this.#width = biases.length;
  }

  /** Adds tanh as the output, and the cost that KANN trains it by. */
  finish(): Graph {
    this.operator(OP.tanh, [], { role: ROLE.output });
    const truth = this.#append(leaf([1, this.#width], { role: ROLE.truth }));
    this.operator(OP.ceBinNeg, [truth], { role: ROLE.cost });
    return { nodes: this.#nodes };
  }
}

function leaf(dims: number[], { role }: { role: number }): LeafNode {
  return { kind: "leaf", label: 0, role, flag: 0, dims };
}

function variable(dims: number[], values: Float32Array): LeafNode {
  return {
    kind: "leaf",
    label: 0,
    role: 0,
    flag: LEAF.variable,
    dims,
    values,
  };
}
