/**
 * Training of networks with hidden layers, by backpropagation.
 *
 * @module
 */

import type { DenseLayer } from "../architectures.ts";
import type { Dataset } from "../dataset.ts";
import type { Graph } from "../graph.ts";
import {
  createKernels,
  type KernelKind,
  type Kernels,
} from "../kernels/kernels.ts";
import type { Random } from "../random.ts";
import { crossEntropy } from "../cross_entropy.ts";
import type { ClassWeights } from "./class_weights.ts";
import type { Pass } from "./layers/layer.ts";
import { type Blueprint, Stack } from "./layers/stack.ts";
import { MiniBatch } from "./mini_batch.ts";
import type { Optimiser } from "./optimiser.ts";
import type { Trainable } from "./trainable.ts";
import { JointMemory, WeightMemory } from "./weight_memory.ts";

/** How a network with hidden layers is trained. */
export interface LayeredOptions {
  blueprint: Blueprint;
  /** Most rows that a step takes. */
  miniBatch: number;
  optimiser: Optimiser;
  /** Share of the elements of the vectors that a step leaves out. */
  inputDropout: number;
  classWeights: ClassWeights;
  /** Decides what is dropped. */
  random: Random;
  kernels?: KernelKind;
  /** Makes the graph of the network. */
  toGraph: (layers: DenseLayer[]) => Graph;
}

/** A network with hidden layers in training. */
export class LayeredTrainable implements Trainable {
  readonly memory: JointMemory;
  #options: LayeredOptions;
  #isSpam: Uint8Array;
  #kernels: Kernels<{ batch: MiniBatch; stack: Stack }>;

  /** @param layers the weights to begin with; they are copied */
  constructor(
    data: Dataset,
    layers: readonly DenseLayer[],
    options: LayeredOptions,
  ) {
    this.#options = options;
    this.#isSpam = data.isSpam;
    const capacity = Math.min(options.miniBatch, data.size);
    this.#kernels = createKernels((arrays) => {
      const batch = new MiniBatch(arrays, data, capacity);
      return { batch, stack: new Stack(arrays, batch, options.blueprint) };
    }, options.kernels);
    const { stack } = this.#kernels.arrays;
    stack.assign(layers);
    const { calculate } = this.#kernels;
    this.memory = new JointMemory(
      stack.parameters.map(({ weights, memory }) =>
        new WeightMemory(calculate, weights, memory)
      ),
    );
  }

  step(rows: Uint32Array, learningRate: number, weightDecay: number): number {
    const { stack } = this.#kernels.arrays;
    const { optimiser } = this.#options;
    const pass = this.#forward(rows, true);
    const cost = this.#setGradients(rows);
    for (const { gradients } of stack.parameters) gradients.fill(0);
    stack.backward(pass);
    optimiser.step(
      pass.calculate,
      stack.parameters,
      learningRate,
      weightDecay,
    );
    return cost;
  }

  /** Computes the sums of some rows, not more than a mini-batch. */
  #forward(rows: Uint32Array, isTraining: boolean): Pass {
    const { calculate, arrays } = this.#kernels;
    const { random, inputDropout } = this.#options;
    arrays.batch.gather(rows, isTraining ? inputDropout : 0, random);
    const pass = { rows: rows.length, isTraining, calculate, random };
    arrays.stack.forward(pass);
    return pass;
  }

  /** Sets the derivatives of the cost by the sums; returns the cost. */
  #setGradients(rows: Uint32Array): number {
    const { values, gradients } = this.#kernels.arrays.stack.output;
    const { classWeights } = this.#options;
    let cost = 0;
    for (const [i, row] of rows.entries()) {
      const truth = this.#isSpam[row] ? 1 : -1;
      const weight = classWeights[truth > 0 ? "spam" : "ham"];
      cost += weight * crossEntropy(values[i], truth);
      gradients[i] = weight * (Math.tanh(values[i]) - truth) / rows.length;
    }
    return cost / rows.length;
  }

  sums(rows: Uint32Array): Float64Array {
    const { batch, stack } = this.#kernels.arrays;
    const sums = new Float64Array(rows.length);
    for (let at = 0; at < rows.length; at += batch.capacity) {
      const some = rows.subarray(at, at + batch.capacity);
      this.#forward(some, false);
      sums.set(stack.output.values.subarray(0, some.length), at);
    }
    return sums;
  }

  shiftBias(by: number): void {
    this.#kernels.arrays.stack.shiftBias(by);
  }

  /** Its weights as they are now. */
  layers(): DenseLayer[] {
    return this.#kernels.arrays.stack.layers();
  }

  graph(): Graph {
    return this.#options.toGraph(this.layers());
  }
}
