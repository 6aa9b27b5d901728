/**
 * What the layers of a network in training have in common.
 *
 * @module
 */

import type { Arrays, Calculations } from "../../kernels/kernels.ts";
import type { Random } from "../../random.ts";
import { type MemoryArrays, memoryArrays } from "../weight_memory.ts";

/** One pass of a mini-batch through a network, and back. */
export interface Pass {
  /** Samples in the mini-batch. */
  rows: number;
  /** Whether it is to learn; only then does dropout anything. */
  isTraining: boolean;
  calculate: Calculations;
  random: Random;
}

/** What one layer hands to the next, and gets back from it. */
export interface Signal {
  /** Numbers for each sample. */
  width: number;
  /** Capacity of the mini-batch × width. */
  values: Float32Array;
  /** Derivatives of the cost by `values`. */
  gradients: Float32Array;
}

/** Weights of a layer, and what is known of their gradient. */
export interface Parameter {
  weights: Float32Array;
  /** Derivatives of the cost by the weights, summed over the mini-batch. */
  gradients: Float32Array;
  /** Running mean of the gradients. */
  means: Float32Array;
  /** Running mean of their squares. */
  squares: Float32Array;
  /** Whether weight decay is for it: not for biases and the like. */
  decays: boolean;
  memory: MemoryArrays;
}

/** A layer bound to its input and its output. */
export interface Layer {
  readonly output: Signal;
  readonly parameters: readonly Parameter[];
  /** Computes the values of the output. */
  forward(pass: Pass): void;
  /**
   * From the gradients of the output, sets those of the input and adds to
   * those of the parameters, which are zero before.
   */
  backward(pass: Pass): void;
}

/** Makes a signal, all zero. */
export function createSignal(
  { floats }: Arrays,
  capacity: number,
  width: number,
): Signal {
  const size = capacity * width;
  return { width, values: floats(size), gradients: floats(size) };
}

/** Makes a parameter, all zero. */
export function createParameter(
  arrays: Arrays,
  size: number,
  decays: boolean,
): Parameter {
  const { floats } = arrays;
  return {
    weights: floats(size),
    gradients: floats(size),
    means: floats(size),
    squares: floats(size),
    decays,
    memory: memoryArrays(arrays, size),
  };
}
