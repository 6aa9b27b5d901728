/**
 * Weights as they were: their mean over several moments, or at their best.
 *
 * @module
 */

/** Keeps copies of the weights of a network in training. */
export class WeightMemory {
  #weights: Float32Array[];
  #mean?: Float32Array[];
  #count = 0;
  #remembered?: Float32Array[];

  /** @param weights the arrays that training changes */
  constructor(weights: Float32Array[]) {
    this.#weights = weights;
  }

  /** Takes the weights as they are into a running mean. */
  addToMean(): void {
    this.#mean ??= this.#weights.map(({ length }) => new Float32Array(length));
    const share = 1 / ++this.#count;
    for (const [k, mean] of this.#mean.entries()) {
      const weights = this.#weights[k];
      for (let i = 0; i < mean.length; i++) {
        mean[i] += share * (weights[i] - mean[i]);
      }
    }
  }

  /** Makes the running mean the weights, if there is one. */
  useMean(): void {
    this.#assign(this.#mean);
  }

  /** Remembers the weights as they are. */
  remember(): void {
    this.#remembered = this.#weights.map((array) => array.slice());
  }

  /** Goes back to the weights remembered last, if there are any. */
  recall(): void {
    this.#assign(this.#remembered);
  }

  #assign(from: Float32Array[] | undefined): void {
    from?.forEach((array, k) => this.#weights[k].set(array));
  }
}
