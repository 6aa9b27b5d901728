/**
 * Training of rspamd's symbol network, in closed form.
 *
 * With nothing non-linear between its layers the network is a weighted sum
 * with weights `u = W1ᵀ·w2`, and the gradient of W1 is one outer product,
 * `w2 ⊗ Σ δ·x`. A step then needs only the columns of W1 whose input occurs
 * in the mini-batch. Of the other columns the weights stay, and the mean
 * squares of RMSprop only decay, which is made up for when they next occur.
 * The mathematics is KANN's; the order of the additions is not.
 *
 * @module
 */

import { type DenseLayer, symbolGraph } from "../architectures.ts";
import type { Dataset } from "../dataset.ts";
import type { Graph } from "../graph.ts";
import type { Random } from "../random.ts";
import { BatchGradient } from "./batch_gradient.ts";
import { decayAfter, RmspropArray } from "./rmsprop.ts";
import type { Trainable } from "./trainable.ts";
import { WeightMemory } from "./weight_memory.ts";

/** Below this, what weight decay has left is no longer multiplied up. */
const LEAST_SHRINKAGE = 1e-100;

/** The weights of a symbol network with n inputs and h hidden units. */
export interface SymbolWeights {
  /** n × h: the hidden weights of one input after those of another. */
  hidden: Float32Array;
  /** h */
  hiddenBiases: Float32Array;
  /** h */
  output: Float32Array;
  /** 1 */
  outputBias: Float32Array;
}

/** Random weights by KANN's law: variance 1 / inputs of the layer; no bias. */
export function randomSymbolWeights(
  inputs: number,
  hiddenUnits: number,
  random: Random,
): SymbolWeights {
  const draw = (size: number, fanIn: number) =>
    new Float32Array(size).map(() => random.normal() / Math.sqrt(fanIn));
  return {
    hidden: draw(inputs * hiddenUnits, inputs),
    hiddenBiases: new Float32Array(hiddenUnits),
    output: draw(hiddenUnits, hiddenUnits),
    outputBias: new Float32Array(1),
  };
}

/** A symbol network in training. */
export class SymbolTrainable implements Trainable {
  #data: Dataset;
  #units: number;
  #hidden: RmspropArray;
  #hiddenBiases: RmspropArray;
  #output: RmspropArray;
  #outputBias: RmspropArray;
  #gradient: BatchGradient;
  /** u; only what was computed last for a column. */
  #collapsed: Float64Array;
  #outputGradient: Float64Array;
  #step = 0;
  /** What weight decay has left of a weight that was 1 before all steps. */
  #shrinkage = 1;
  /** Step, and shrinkage, up to which each column is. */
  #columnStep: Uint32Array;
  #columnShrinkage: Float64Array;
  #memory: WeightMemory;

  /**
   * @param data vectors without negative elements: what ReLU lets through
   * @param weights are changed by the training
   */
  constructor(data: Dataset, weights: SymbolWeights) {
    this.#data = data;
    this.#units = weights.output.length;
    this.#hidden = new RmspropArray(weights.hidden);
    this.#hiddenBiases = new RmspropArray(weights.hiddenBiases);
    this.#output = new RmspropArray(weights.output);
    this.#outputBias = new RmspropArray(weights.outputBias);
    this.#gradient = new BatchGradient(data);
    this.#collapsed = new Float64Array(data.inputs);
    this.#outputGradient = new Float64Array(this.#units);
    this.#columnStep = new Uint32Array(data.inputs);
    this.#columnShrinkage = new Float64Array(data.inputs).fill(1);
    this.#memory = new WeightMemory(Object.values(weights));
  }

  step(rows: Uint32Array, learningRate: number, weightDecay: number): number {
    this.#step++;
    this.#shrinkage *= 1 - learningRate * weightDecay;
    if (Math.abs(this.#shrinkage) < LEAST_SHRINKAGE) this.#shrinkAnew();
    this.#gradient.gather(rows);
    for (const column of this.#gradient.columns) {
      this.#shrink(column);
      this.#collapse(column);
    }
    const { cost, byBias } = this.#gradient.compute(
      rows,
      this.#collapsed,
      this.#collapsedBias(),
    );
    this.#descend(learningRate, byBias);
    return cost;
  }

  /** Changes all weights by the gradient computed last. */
  #descend(learningRate: number, byBias: number): void {
    const { columns, byColumn } = this.#gradient;
    const units = this.#units;
    const output = this.#output.weights;
    const outputGradient = this.#outputGradient;
    for (let i = 0; i < units; i++) {
      outputGradient[i] = this.#hiddenBiases.weights[i] * byBias;
    }
    for (const column of columns) {
      const gradient = byColumn[column];
      const decay = decayAfter(this.#step - this.#columnStep[column]);
      this.#columnStep[column] = this.#step;
      const hidden = this.#hidden;
      for (let i = 0, at = column * units; i < units; i++, at++) {
        outputGradient[i] += hidden.weights[at] * gradient;
        hidden.update(at, output[i] * gradient, learningRate, decay);
      }
    }
    for (let i = 0; i < units; i++) {
      this.#hiddenBiases.update(i, output[i] * byBias, learningRate);
    }
    for (let i = 0; i < units; i++) {
      this.#output.update(i, outputGradient[i], learningRate);
    }
    this.#outputBias.update(0, byBias, learningRate);
  }

  /** Makes up for the weight decay of the steps that a column missed. */
  #shrink(column: number): void {
    const factor = this.#shrinkage / this.#columnShrinkage[column];
    if (factor === 1) return;
    this.#columnShrinkage[column] = this.#shrinkage;
    const weights = this.#hidden.weights;
    const end = (column + 1) * this.#units;
    for (let at = column * this.#units; at < end; at++) weights[at] *= factor;
  }

  #shrinkAll(): void {
    for (let column = 0; column < this.#data.inputs; column++) {
      this.#shrink(column);
    }
  }

  /** Begins to count again, before the shrinkage is too small to divide by. */
  #shrinkAnew(): void {
    this.#shrinkAll();
    this.#shrinkage = 1;
    this.#columnShrinkage.fill(1);
  }

  #collapse(column: number): void {
    const hidden = this.#hidden.weights;
    const output = this.#output.weights;
    let sum = 0;
    for (let i = 0, at = column * this.#units; i < this.#units; i++, at++) {
      sum += hidden[at] * output[i];
    }
    this.#collapsed[column] = sum;
  }

  #collapsedBias(): number {
    let sum = this.#outputBias.weights[0];
    for (let i = 0; i < this.#units; i++) {
      sum += this.#output.weights[i] * this.#hiddenBiases.weights[i];
    }
    return sum;
  }

  sums(rows: Uint32Array): Float64Array {
    this.#shrinkAll();
    for (let column = 0; column < this.#data.inputs; column++) {
      this.#collapse(column);
    }
    const bias = this.#collapsedBias();
    return Float64Array.from(
      rows,
      (row) => bias + this.#gradient.weightedSum(row, this.#collapsed),
    );
  }

  get memory(): WeightMemory {
    this.#shrinkAll();
    return this.#memory;
  }

  shiftBias(by: number): void {
    this.#outputBias.weights[0] += by;
  }

  graph(): Graph {
    this.#shrinkAll();
    const { inputs } = this.#data;
    const units = this.#units;
    const transposed = new Float32Array(inputs * units);
    for (let column = 0; column < inputs; column++) {
      for (let i = 0; i < units; i++) {
        transposed[i * inputs + column] =
          this.#hidden.weights[column * units + i];
      }
    }
    const hidden: DenseLayer = {
      weights: transposed,
      biases: this.#hiddenBiases.weights.slice(),
    };
    const output: DenseLayer = {
      weights: this.#output.weights.slice(),
      biases: this.#outputBias.weights.slice(),
    };
    return symbolGraph(inputs, [hidden, output]);
  }
}
