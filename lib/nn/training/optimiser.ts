/**
 * How weights follow their gradients.
 *
 * @module
 */

import type { Calculations } from "../kernels/kernels.ts";
import type { Parameter } from "./layers/layer.ts";
import { TINY } from "./rmsprop.ts";

/** Changes weights by their gradients. */
export interface Optimiser {
  /**
   * Takes one step with all parameters of a network.
   *
   * @param weightDecay share of the weights that is taken off, of the
   * learning rate, beside the gradient (Loshchilov & Hutter 2019)
   */
  step(
    calculate: Calculations,
    parameters: readonly Parameter[],
    learningRate: number,
    weightDecay: number,
  ): void;
}

/** RMSprop as KANN does it. */
export class Rmsprop implements Optimiser {
  step(
    calculate: Calculations,
    parameters: readonly Parameter[],
    learningRate: number,
    weightDecay: number,
  ): void {
    for (const parameter of parameters) {
      decay(calculate, parameter, learningRate * weightDecay);
      const { weights, gradients, squares } = parameter;
      const { length } = weights;
      calculate.descend(
        weights,
        squares,
        gradients,
        length,
        learningRate,
        TINY,
      );
    }
  }
}

/** Adam; with weight decay it is AdamW. */
export class Adam implements Optimiser {
  #steps = 0;

  step(
    calculate: Calculations,
    parameters: readonly Parameter[],
    learningRate: number,
    weightDecay: number,
  ): void {
    this.#steps++;
    const rate = learningRate / (1 - 0.9 ** this.#steps);
    const correction = 1 / (1 - 0.999 ** this.#steps);
    for (const parameter of parameters) {
      decay(calculate, parameter, learningRate * weightDecay);
      const { weights, gradients, means, squares } = parameter;
      calculate.updateAdam(
        weights,
        gradients,
        means,
        squares,
        weights.length,
        rate,
        correction,
      );
    }
  }
}

function decay(
  { scale }: Calculations,
  { weights, decays }: Parameter,
  share: number,
): void {
  if (decays && share > 0) scale(weights, weights.length, 1 - share);
}
