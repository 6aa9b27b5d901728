/**
 * Graphs put together layer by layer, node by node as KANN's layer functions
 * would have made them.
 *
 * @module
 */

import {
  type Graph,
  type GraphNode,
  LEAF,
  type LeafNode,
  OP,
  ROLE,
} from "./graph.ts";
import { Random } from "./random.ts";

/** A dense layer: `W·x + b`. */
export interface DenseLayer {
  /** Weights of shape [outputs, inputs], row-major. */
  weights: Float32Array;
  /** One for each output. */
  biases: Float32Array;
  /** Layer normalisation after it, if there is any. */
  norm?: LayerNormWeights;
}

/** Layer normalisation: `gains · standardised + shifts`. */
export interface LayerNormWeights {
  gains: Float32Array;
  shifts: Float32Array;
}

/** Appends nodes to a graph, each one working on the one before. */
export class GraphBuilder {
  #nodes: GraphNode[];
  /** Position of the last value that was computed. */
  #last = 0;
  #width: number;

  /** @param inputs length of the vectors */
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
    others: number[] = [],
    fields: { flag?: number; role?: number; parameters?: Uint8Array } = {},
  ): void {
    this.#last = this.#append({
      kind: "operator",
      label: 0,
      role: fields.role ?? 0,
      flag: fields.flag ?? LEAF.variable,
      op,
      children: [this.#last, ...others],
      previous: -1,
      parameters: fields.parameters ?? new Uint8Array(0),
    });
  }

  /** A dense layer, with its normalisation. */
  dense({ weights, biases, norm }: DenseLayer): void {
    const w = this.#append(variable([biases.length, this.#width], weights));
    this.operator(OP.cmul, [w]);
    const b = this.#append(variable([biases.length], biases));
    this.operator(OP.add, [b]);
    this.#width = biases.length;
    if (norm) this.#layerNorm(norm);
  }

  #layerNorm({ gains, shifts }: LayerNormWeights): void {
    this.operator(OP.stdnorm);
    const alpha = this.#append(variable([gains.length], gains));
    this.operator(OP.mul, [alpha]);
    const beta = this.#append(variable([shifts.length], shifts));
    this.operator(OP.add, [beta]);
  }

  /** Dropout, which KANN chooses instead of its operand only to train. */
  dropout(share: number): void {
    const operand = this.#last;
    const rate = this.#append({
      ...variable([], Float32Array.of(share)),
      flag: LEAF.constant,
    });
    this.operator(OP.dropout, [rate], {
      parameters: generatorState(this.#nodes.length),
    });
    const dropped = this.#last;
    this.#last = operand;
    this.operator(OP.select, [dropped], { parameters: new Uint8Array(4) });
  }

  /** Adds tanh as the output, and the cost that KANN trains it by. */
  finish(): Graph {
    this.operator(OP.tanh, [], { role: ROLE.output });
    const truth = this.#append(leaf([1, this.#width], { role: ROLE.truth }));
    this.operator(OP.ceBinNeg, [truth], { role: ROLE.cost });
    return { nodes: this.#nodes };
  }
}

/** A state of KANN's random numbers (`kad_rng_t`): 128 bits, and no more yet. */
function generatorState(seed: number): Uint8Array {
  const random = new Random(seed);
  const state = new Uint32Array(8);
  for (let i = 0; i < 4; i++) state[i] = random.uniform() * 2 ** 32;
  return new Uint8Array(state.buffer);
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
