/**
 * Training of a network without hidden layer: logistic regression.
 *
 * @module
 */

import { linearGraph } from "../architectures.ts";
import type { Dataset } from "../dataset.ts";
import type { Graph } from "../graph.ts";
import type { Random } from "../random.ts";
import { BatchGradient } from "./batch_gradient.ts";
import { decayAfter, RmspropArray } from "./rmsprop.ts";
import type { Trainable } from "./trainable.ts";
import { WeightMemory } from "./weight_memory.ts";

/** The weights of a linear network. */
export interface LinearWeights {
  /** One for each input. */
  weights: Float32Array;
  /** 1 */
  bias: Float32Array;
}

/** Random weights by KANN's law: variance 1 / inputs; no bias. */
export function randomLinearWeights(
  inputs: number,
  random: Random,
): LinearWeights {
  const weights = new Float32Array(inputs)
    .map(() => random.normal() / Math.sqrt(inputs));
  return { weights, bias: new Float32Array(1) };
}

/** A linear network in training. */
export class LinearTrainable implements Trainable {
  #data: Dataset;
  #weights: RmspropArray;
  #bias: RmspropArray;
  #gradient: BatchGradient;
  #current: Float64Array;
  #step = 0;
  #columnStep: Uint32Array;
  readonly memory: WeightMemory;

  /** @param weights are changed by the training */
  constructor(data: Dataset, { weights, bias }: LinearWeights) {
    this.#data = data;
    this.#weights = new RmspropArray(weights);
    this.#bias = new RmspropArray(bias);
    this.#gradient = new BatchGradient(data);
    this.#current = new Float64Array(data.inputs);
    this.#columnStep = new Uint32Array(data.inputs);
    this.memory = new WeightMemory([weights, bias]);
  }

  step(rows: Uint32Array, learningRate: number, weightDecay: number): number {
    this.#step++;
    const { weights } = this.#weights;
    if (weightDecay > 0) {
      const factor = 1 - learningRate * weightDecay;
      for (let i = 0; i < weights.length; i++) weights[i] *= factor;
    }
    const { byColumn } = this.#gradient;
    this.#gradient.gather(rows);
    this.#current.set(weights);
    const bias = this.#bias.weights[0];
    const { cost, byBias } = this.#gradient.compute(rows, this.#current, bias);
    for (const column of this.#gradient.columns) {
      const decay = decayAfter(this.#step - this.#columnStep[column]);
      this.#columnStep[column] = this.#step;
      this.#weights.update(column, byColumn[column], learningRate, decay);
    }
    this.#bias.update(0, byBias, learningRate);
    return cost;
  }

  sums(rows: Uint32Array): Float64Array {
    this.#current.set(this.#weights.weights);
    const bias = this.#bias.weights[0];
    return Float64Array.from(
      rows,
      (row) => bias + this.#gradient.weightedSum(row, this.#current),
    );
  }

  shiftBias(by: number): void {
    this.#bias.weights[0] += by;
  }

  graph(): Graph {
    return linearGraph(this.#data.inputs, {
      weights: this.#weights.weights.slice(),
      biases: this.#bias.weights.slice(),
    });
  }
}
