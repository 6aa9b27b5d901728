/**
 * What a training procedure asks of the network that it trains.
 *
 * @module
 */

import type { Graph } from "../graph.ts";
import type { Memory } from "./weight_memory.ts";

/** A network whose weights can be changed, bound to the data it learns from. */
export interface Trainable {
  /**
   * One step of gradient descent on a mini-batch.
   *
   * @param rows positions of the samples
   * @param learningRate factor of the step
   * @param weightDecay share of the weights that is taken off, of the step
   * @returns mean cost over the mini-batch before the step, in nats
   */
  step(rows: Uint32Array, learningRate: number, weightDecay: number): number;

  /** The weighted sum before the tanh, for each of the rows. */
  sums(rows: Uint32Array): Float64Array;

  /** Copies of its weights; every one of them is up to date when asked for. */
  readonly memory: Memory;

  /** Adds to the last bias, and so to every sum. */
  shiftBias(by: number): void;

  /** The network as it is now. */
  graph(): Graph;
}
