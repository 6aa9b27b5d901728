/**
 * Several networks that are one.
 *
 * @module
 */

import type { DenseLayer } from "../architectures.ts";
import type { Graph } from "../graph.ts";
import type { LayeredTrainable } from "./layered.ts";
import type { Trainable } from "./trainable.ts";
import { JointMemory } from "./weight_memory.ts";

/**
 * Networks of one hidden layer, trained side by side on the same mini-batches
 * from different weights. The mean of their sums is the sum of one network
 * with all their hidden units: what one of them gets wrong by chance, the
 * others make up for.
 */
export class Ensemble implements Trainable {
  readonly memory: JointMemory;
  #members: readonly LayeredTrainable[];
  #toGraph: (layers: DenseLayer[]) => Graph;

  /** @param toGraph makes the graph of a network with one hidden layer */
  constructor(
    members: readonly LayeredTrainable[],
    toGraph: (layers: DenseLayer[]) => Graph,
  ) {
    this.#members = members;
    this.#toGraph = toGraph;
    this.memory = new JointMemory(members.map(({ memory }) => memory));
  }

  step(rows: Uint32Array, learningRate: number, weightDecay: number): number {
    const costs = this.#members.map((member) =>
      member.step(rows, learningRate, weightDecay)
    );
    return costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
  }

  sums(rows: Uint32Array): Float64Array {
    const sums = this.#members.map((member) => member.sums(rows));
    return sums[0].map((_, i) =>
      sums.reduce((sum, of) => sum + of[i], 0) / sums.length
    );
  }

  shiftBias(by: number): void {
    for (const member of this.#members) member.shiftBias(by);
  }

  graph(): Graph {
    const members = this.#members.map((member) => member.layers());
    return this.#toGraph(sideBySide(members));
  }
}

/** One network that answers the mean of several, before the tanh. */
function sideBySide(members: DenseLayer[][]): DenseLayer[] {
  const all = (pick: (layers: DenseLayer[]) => Float32Array) =>
    Float32Array.from(members.flatMap((layers) => [...pick(layers)]));
  const biases = all(([, output]) => output.biases);
  const bias = biases.reduce((sum, x) => sum + x, 0) / members.length;
  return [
    {
      weights: all(([hidden]) => hidden.weights),
      biases: all(([hidden]) => hidden.biases),
    },
    {
      weights: all(([, output]) => output.weights)
        .map((weight) => weight / members.length),
      biases: Float32Array.of(bias),
    },
  ];
}
