/**
 * Layers that change every number for itself.
 *
 * @module
 */

import { erf } from "../../erf.ts";
import type { Arrays } from "../../kernels/kernels.ts";
import { createSignal, type Layer, type Pass, type Signal } from "./layer.ts";

/** A function with its derivative. */
interface Differentiable {
  at(x: number): number;
  slopeAt(x: number): number;
}

/** Where it is 0, so is its slope, as in KANN. What is no number stays so. */
const RELU: Differentiable = {
  at: (x) => x <= 0 ? 0 : x,
  slopeAt: (x) => x > 0 ? 1 : 0,
};

/** `x · Φ(x)`, with the distribution function of the normal distribution. */
const GELU: Differentiable = {
  at: (x) => x * normalDistribution(x),
  slopeAt: (x) =>
    normalDistribution(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI),
};

function normalDistribution(x: number): number {
  return (1 + erf(x * Math.SQRT1_2)) / 2;
}

const FUNCTIONS = { relu: RELU, gelu: GELU };

/** Applies a function to every number. */
export class Activation implements Layer {
  readonly output: Signal;
  readonly parameters = [];
  #input: Signal;
  #function: Differentiable;

  constructor(
    arrays: Arrays,
    capacity: number,
    input: Signal,
    name: keyof typeof FUNCTIONS,
  ) {
    this.#input = input;
    this.output = createSignal(arrays, capacity, input.width);
    this.#function = FUNCTIONS[name];
  }

  forward({ rows }: Pass): void {
    const { values } = this.output;
    const from = this.#input.values;
    const size = rows * this.output.width;
    for (let i = 0; i < size; i++) values[i] = this.#function.at(from[i]);
  }

  backward({ rows }: Pass): void {
    const { gradients } = this.output;
    const input = this.#input;
    const size = rows * this.output.width;
    for (let i = 0; i < size; i++) {
      input.gradients[i] = gradients[i] *
        this.#function.slopeAt(input.values[i]);
    }
  }
}
