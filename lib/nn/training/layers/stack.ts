/**
 * Layers put together to a network with one output.
 *
 * @module
 */

import type { DenseLayer } from "../../architectures.ts";
import type { Arrays } from "../../kernels/kernels.ts";
import type { MiniBatch } from "../mini_batch.ts";
import { Dense } from "./dense.ts";
import { Dropout } from "./dropout.ts";
import { Gelu } from "./gelu.ts";
import type { Layer, Parameter, Pass, Signal } from "./layer.ts";
import { LayerNorm } from "./layer_norm.ts";
import { Relu } from "./relu.ts";
import { SparseDense } from "./sparse_dense.ts";

const ACTIVATIONS = { relu: Relu, gelu: Gelu };

/** A block: dense → layer normalisation? → activation → dropout. */
export interface Block {
  width: number;
  hasNorm: boolean;
  activation: keyof typeof ACTIVATIONS;
  /** Share of the units that a step leaves out. */
  dropout: number;
}

/** Blocks, after which a dense layer makes one number of what they give. */
export type Blueprint = readonly Block[];

/** The layers of a network, each bound to the one before. */
export class Stack {
  /** The sums before the tanh. */
  readonly output: Signal;
  readonly parameters: readonly Parameter[];
  #layers: Layer[] = [];
  /** The dense layers alone, with their normalisation. */
  #dense: { layer: SparseDense | Dense; norm?: LayerNorm }[] = [];
  #inputs: number;

  constructor(arrays: Arrays, batch: MiniBatch, blueprint: Blueprint) {
    const { capacity } = batch;
    this.#inputs = batch.inputs;
    let last: Signal | undefined;
    const push = <T extends Layer>(layer: T): T => {
      this.#layers.push(layer);
      last = layer.output;
      return layer;
    };
    const dense = (width: number) =>
      push(
        last === undefined
          ? new SparseDense(arrays, batch, width)
          : new Dense(arrays, capacity, last, width),
      );
    for (const { width, hasNorm, activation, dropout } of blueprint) {
      const layer = dense(width);
      const norm = hasNorm
        ? push(new LayerNorm(arrays, capacity, layer.output))
        : undefined;
      this.#dense.push({ layer, norm });
      push(new ACTIVATIONS[activation](arrays, capacity, last!));
      if (dropout > 0) push(new Dropout(arrays, capacity, last!, dropout));
    }
    const final = dense(1);
    this.#dense.push({ layer: final });
    this.output = final.output;
    this.parameters = this.#layers.flatMap(({ parameters }) => parameters);
  }

  forward(pass: Pass): void {
    for (const layer of this.#layers) layer.forward(pass);
  }

  backward(pass: Pass): void {
    for (const layer of this.#layers.toReversed()) layer.backward(pass);
  }

  shiftBias(by: number): void {
    this.#dense.at(-1)!.layer.biases.weights[0] += by;
  }

  /** Copies weights into the layers. */
  assign(layers: readonly DenseLayer[]): void {
    for (const [k, { layer, norm }] of this.#dense.entries()) {
      const { weights, biases, norm: normWeights } = layers[k];
      layer.weights.weights.set(
        k === 0 ? transposed(weights, this.#inputs) : weights,
      );
      layer.biases.weights.set(biases);
      if (norm && normWeights) {
        norm.gains.weights.set(normWeights.gains);
        norm.shifts.weights.set(normWeights.shifts);
      }
    }
  }

  /** Copies of the weights. */
  layers(): DenseLayer[] {
    return this.#dense.map(({ layer, norm }, k) => ({
      weights: k === 0
        ? transposed(layer.weights.weights, layer.output.width)
        : layer.weights.weights.slice(),
      biases: layer.biases.weights.slice(),
      norm: norm && {
        gains: norm.gains.weights.slice(),
        shifts: norm.shifts.weights.slice(),
      },
    }));
  }
}

/** The columns of a matrix as its rows. */
function transposed(matrix: Float32Array, columns: number): Float32Array {
  const rows = matrix.length / columns;
  const result = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = matrix[row * columns + column];
    }
  }
  return result;
}
