/**
 * The networks that neurald trains: their graphs, which rspamd loads.
 *
 * @module
 */

import { type Graph, inputSize, LEAF, OP } from "./graph.ts";
import { type DenseLayer, GraphBuilder } from "./graph_builder.ts";

export type { DenseLayer, LayerNormWeights } from "./graph_builder.ts";

/** Architectures that can be trained. */
export const ARCHITECTURES = ["symbol", "linear", "mlp", "embedding"] as const;

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

/**
 * A network with a real hidden layer: input → dense → ReLU → dense → tanh.
 *
 * @param inputs length of the vectors
 * @param layers the hidden layer, and the layer with the one output
 */
export function mlpGraph(inputs: number, layers: readonly DenseLayer[]): Graph {
  const builder = new GraphBuilder(inputs);
  builder.dense(layers[0]);
  builder.operator(OP.relu);
  builder.dense(layers[1]);
  return builder.finish();
}

/**
 * rspamd's network for dense vectors (4.x, `create_embedding_ann`): blocks of
 * dense → layer normalisation → GELU → dropout, then dense → tanh.
 *
 * @param inputs length of the vectors
 * @param layers the blocks, and the layer with the one output
 * @param dropout for rspamd, should it go on training; 0 for none
 */
export function embeddingGraph(
  inputs: number,
  layers: readonly DenseLayer[],
  dropout: number,
): Graph {
  const builder = new GraphBuilder(inputs);
  const blocks = layers.slice(0, -1);
  const shares = embeddingDropouts(blocks.length, dropout);
  for (const [i, block] of blocks.entries()) {
    builder.dense(block);
    builder.operator(OP.gelu);
    if (dropout > 0) builder.dropout(shares[i]);
  }
  builder.dense(layers[blocks.length]);
  return builder.finish();
}

/** Number of hidden units of a symbol network (rspamd `create_ann`). */
export function hiddenUnits(inputs: number, multiplier: number): number {
  return Math.floor(inputs * multiplier + 1);
}

/** Widths of the blocks of an embedding network (`create_embedding_ann`). */
export function embeddingWidths(inputs: number): number[] {
  const count = inputs > 512 ? 3 : inputs > 256 ? 2 : 1;
  return [0.5, 0.25, 0.125].slice(0, count)
    .map((share) => Math.max(Math.floor(inputs * share), 32));
}

/** Dropout after each block: half of it after the last. */
export function embeddingDropouts(blocks: number, dropout: number): number[] {
  return Array.from(
    { length: blocks },
    (_, i) => i === blocks - 1 ? dropout / 2 : dropout,
  );
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
  const arrays = weightsOf(graph);
  const layers = architecture === "embedding"
    ? normalisedLayers(arrays)
    : plainLayers(arrays);
  const rebuilt = rebuild(graph, architecture, layers);
  return rebuilt && sameShape(graph, rebuilt) ? layers : undefined;
}

/** The architecture of a network; nothing where it is none of these. */
export function architectureOf(graph: Graph): Architecture | undefined {
  return ARCHITECTURES.find((one) => layersOf(graph, one));
}

/** The graph that some layers would make; nothing where there are too few. */
function rebuild(
  graph: Graph,
  architecture: Architecture,
  layers: DenseLayer[],
): Graph | undefined {
  const inputs = inputSize(graph);
  const [first, second] = layers;
  if (architecture === "linear") {
    return layers.length === 1 ? linearGraph(inputs, first) : undefined;
  }
  if (architecture === "embedding") {
    if (layers.length < 2) return undefined;
    return embeddingGraph(inputs, layers, hasDropout(graph) ? 0.5 : 0);
  }
  if (layers.length !== 2) return undefined;
  return architecture === "symbol"
    ? symbolGraph(inputs, [first, second])
    : mlpGraph(inputs, layers);
}

function hasDropout({ nodes }: Graph): boolean {
  return nodes.some((node) =>
    node.kind === "operator" && node.op === OP.dropout
  );
}

/** The trained arrays of a graph, in its order. */
function weightsOf({ nodes }: Graph): Float32Array[] {
  return nodes.flatMap((node) =>
    node.kind === "leaf" && node.values && (node.flag & LEAF.variable)
      ? [node.values]
      : []
  );
}

/** Weights and biases, in turn. */
function plainLayers(arrays: Float32Array[]): DenseLayer[] {
  const layers: DenseLayer[] = [];
  for (let k = 0; k + 1 < arrays.length; k += 2) {
    layers.push({ weights: arrays[k], biases: arrays[k + 1] });
  }
  return layers;
}

/** Weights, biases, gains and shifts, in turn; the last layer has no norm. */
function normalisedLayers(arrays: Float32Array[]): DenseLayer[] {
  const layers: DenseLayer[] = [];
  for (let k = 0; k + 1 < arrays.length; k += 4) {
    const [weights, biases, gains, shifts] = arrays.slice(k, k + 4);
    layers.push({ weights, biases, norm: shifts && { gains, shifts } });
  }
  return layers;
}

/** Whether two networks differ in nothing but their weights. */
export function sameShape(a: Graph, b: Graph): boolean {
  const shape = (graph: Graph) =>
    JSON.stringify(
      graph.nodes,
      (key, value) =>
        key === "values" || key === "parameters" ? undefined : value,
    );
  return shape(a) === shape(b);
}
