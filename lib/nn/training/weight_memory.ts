/**
 * Weights as they were: their mean over several moments, or at their best.
 *
 * @module
 */

import type { Arrays, Calculations } from "../kernels/kernels.ts";

/** What memory of some weights needs; as long as it is not used, no memory. */
export interface MemoryArrays {
  mean: Float32Array;
  remembered: Float32Array;
}

/** Makes the arrays for the memory of so many weights. */
export function memoryArrays({ floats }: Arrays, length: number): MemoryArrays {
  return { mean: floats(length), remembered: floats(length) };
}

/** Copies of the weights of a network in training. */
export interface Memory {
  /** Takes the weights as they are into a running mean. */
  addToMean(): void;
  /** Makes the running mean the weights, if there is one. */
  useMean(): void;
  /** Remembers the weights as they are. */
  remember(): void;
  /** Goes back to the weights remembered last, if there are any. */
  recall(): void;
}

/** The memory of all weights of which each part has its own. */
export class JointMemory implements Memory {
  #parts: readonly Memory[];

  constructor(parts: readonly Memory[]) {
    this.#parts = parts;
  }

  addToMean(): void {
    for (const part of this.#parts) part.addToMean();
  }

  useMean(): void {
    for (const part of this.#parts) part.useMean();
  }

  remember(): void {
    for (const part of this.#parts) part.remember();
  }

  recall(): void {
    for (const part of this.#parts) part.recall();
  }
}

/** Copies of the weights in one array. */
export class WeightMemory implements Memory {
  #calculate: Calculations;
  #weights: Float32Array;
  #mean: Float32Array;
  #count = 0;
  #remembered: Float32Array;
  #isRemembered = false;

  /** @param weights what training changes */
  constructor(
    calculate: Calculations,
    weights: Float32Array,
    { mean, remembered }: MemoryArrays,
  ) {
    this.#calculate = calculate;
    this.#weights = weights;
    this.#mean = mean;
    this.#remembered = remembered;
  }

  addToMean(): void {
    const { length } = this.#weights;
    const share = 1 / ++this.#count;
    this.#calculate.addToMean(this.#mean, this.#weights, length, share);
  }

  useMean(): void {
    if (this.#count > 0) this.#weights.set(this.#mean);
  }

  remember(): void {
    this.#remembered.set(this.#weights);
    this.#isRemembered = true;
  }

  recall(): void {
    if (this.#isRemembered) this.#weights.set(this.#remembered);
  }
}
