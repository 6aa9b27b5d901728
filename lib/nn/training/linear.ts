/**
 * Training of a network without hidden layer: logistic regression.
 *
 * @module
 */

import { type DenseLayer, linearGraph } from "../architectures.ts";
import type { Dataset } from "../dataset.ts";
import type { Graph } from "../graph.ts";
import {
  type Calculations,
  createKernels,
  type KernelKind,
} from "../kernels/kernels.ts";
import type { Random } from "../random.ts";
import { batchArrays, BatchGradient } from "./batch_gradient.ts";
import { decayAfter, TINY } from "./rmsprop.ts";
import type { Trainable } from "./trainable.ts";
import { memoryArrays, WeightMemory } from "./weight_memory.ts";

/** A linear network in training. */
export class LinearTrainable implements Trainable {
  #inputs: number;
  #calculate: Calculations;
  /** One for each input, and the bias. */
  #weights: Float32Array;
  #squares: Float32Array;
  #decays: Float32Array;
  #gradient: BatchGradient;
  #step = 0;
  #columnStep: Uint32Array;
  readonly memory: WeightMemory;

  /** All weights are 0. */
  constructor(data: Dataset, kind?: KernelKind) {
    const { inputs } = data;
    const { calculate, arrays } = createKernels((arrays) => ({
      batch: batchArrays(arrays, data),
      memory: memoryArrays(arrays, inputs + 1),
      weights: arrays.floats(inputs + 1),
      squares: arrays.floats(inputs + 1),
      decays: arrays.floats(inputs + 1),
    }), kind);
    this.#inputs = inputs;
    this.#calculate = calculate;
    this.#weights = arrays.weights;
    this.#squares = arrays.squares;
    this.#decays = arrays.decays;
    this.#gradient = new BatchGradient(calculate, arrays.batch, data);
    this.#columnStep = new Uint32Array(inputs + 1);
    this.memory = new WeightMemory(calculate, arrays.weights, arrays.memory);
  }

  /** Makes the weights random by KANN's law: variance 1 / inputs; no bias. */
  randomise(random: Random): void {
    const inputs = this.#inputs;
    for (let i = 0; i < inputs; i++) {
      this.#weights[i] = random.normal() / Math.sqrt(inputs);
    }
  }

  /**
   * Takes over the weights of another network.
   *
   * @param layer over the inputs of the data
   */
  takeOver([layer]: DenseLayer[]): void {
    this.#weights.set(layer.weights);
    this.#weights[this.#inputs] = layer.biases[0];
  }

  step(rows: Uint32Array, learningRate: number, weightDecay: number): number {
    const inputs = this.#inputs;
    const weights = this.#weights;
    if (weightDecay > 0) {
      this.#calculate.scale(weights, inputs, 1 - learningRate * weightDecay);
    }
    const { columns, byColumn } = this.#gradient;
    let count = this.#gradient.gather(rows);
    const { cost, byBias } = this.#gradient.compute(
      count,
      weights,
      weights[inputs],
    );
    columns[count++] = inputs;
    byColumn[inputs] = byBias;
    this.#step++;
    for (let k = 0; k < count; k++) {
      this.#decays[k] = decayAfter(this.#step - this.#columnStep[columns[k]]);
      this.#columnStep[columns[k]] = this.#step;
    }
    this.#calculate.descendColumns(
      columns,
      count,
      this.#decays,
      byColumn,
      weights,
      this.#squares,
      learningRate,
      TINY,
    );
    return cost;
  }

  sums(rows: Uint32Array): Float64Array {
    this.#gradient.gather(rows);
    return this.#gradient.sums(this.#weights, this.#weights[this.#inputs]);
  }

  shiftBias(by: number): void {
    this.#weights[this.#inputs] += by;
  }

  graph(): Graph {
    return linearGraph(this.#inputs, {
      weights: this.#weights.slice(0, this.#inputs),
      biases: this.#weights.slice(this.#inputs),
    });
  }
}
