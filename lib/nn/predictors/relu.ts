/**
 * Networks with one hidden layer of rectified units.
 *
 * @module
 */

import { activate, derivative } from "../activation.ts";
import type { DenseLayer } from "../architectures.ts";
import type { Normalization } from "../normalization.ts";
import type { SparseVector } from "../sparse.ts";
import {
  checkLength,
  type Contributions,
  type Predictor,
  unitScale,
} from "./predictor.ts";

/** Below this change of the sum, the slope of the tanh is taken in its middle. */
const TINY_CHANGE = 1e-5;

/**
 * Answers `tanh(bias + Σ output[j] · relu(biases[j] + Σ weights[i][j] · x[i]))`
 * by one row of weights for each element that is not zero.
 */
export class ReluPredictor implements Predictor {
  readonly inputs: number;
  #units: number;
  /** inputs × units, the normalisation by mean and deviation included. */
  #weights: Float64Array;
  #biases: Float64Array;
  #output: Float64Array;
  #bias: number;
  #isUnit: boolean;
  /** The sums of the hidden units; used anew for every vector. */
  #sums: Float64Array;

  /** @param layers of an `mlp` network */
  constructor(layers: readonly DenseLayer[], normalization?: Normalization) {
    const [hidden, output] = layers;
    const units = hidden.biases.length;
    this.inputs = hidden.weights.length / units;
    this.#units = units;
    this.#biases = Float64Array.from(hidden.biases);
    this.#output = Float64Array.from(output.weights);
    this.#bias = output.biases[0];
    this.#isUnit = normalization?.mode === "unit";
    this.#sums = new Float64Array(units);
    const isScored = normalization?.mode === "zscore";
    this.#weights = new Float64Array(hidden.weights.length);
    for (let i = 0; i < this.inputs; i++) {
      const mean = isScored ? normalization.mean[i] : 0;
      const deviation = isScored ? normalization.std[i] : 1;
      for (let j = 0; j < units; j++) {
        const weight = hidden.weights[j * this.inputs + i] / deviation;
        this.#weights[i * units + j] = weight;
        this.#biases[j] -= weight * mean;
      }
    }
  }

  output(vector: SparseVector): number {
    checkLength(vector, this.inputs);
    const sums = this.#sums;
    sums.set(this.#biases);
    this.#addTo(sums, vector);
    return Math.tanh(this.#answerTo(sums));
  }

  /** Adds what the elements of a vector add to the hidden sums. */
  #addTo(sums: Float64Array, vector: SparseVector): void {
    const { indices, values } = vector;
    const weights = this.#weights;
    const units = this.#units;
    const scale = this.#scale(vector);
    let k = 0;
    // Four at a time: most of the work is to load and store the sums.
    for (; k + 3 < indices.length; k += 4) {
      const x0 = values[k] * scale;
      const x1 = values[k + 1] * scale;
      const x2 = values[k + 2] * scale;
      const x3 = values[k + 3] * scale;
      const row0 = indices[k] * units;
      const row1 = indices[k + 1] * units;
      const row2 = indices[k + 2] * units;
      const row3 = indices[k + 3] * units;
      for (let j = 0; j < units; j++) {
        sums[j] += weights[row0 + j] * x0 + weights[row1 + j] * x1 +
          weights[row2 + j] * x2 + weights[row3 + j] * x3;
      }
    }
    for (; k < indices.length; k++) {
      const x = values[k] * scale;
      const row = indices[k] * units;
      for (let j = 0; j < units; j++) sums[j] += weights[row + j] * x;
    }
  }

  #scale(vector: SparseVector): number {
    return this.#isUnit ? unitScale(vector) : 1;
  }

  /** The sum before the tanh. */
  #answerTo(sums: Float64Array): number {
    const output = this.#output;
    let answer = this.#bias;
    for (let j = 0; j < sums.length; j++) {
      if (!(sums[j] <= 0)) answer += output[j] * sums[j];
    }
    return answer;
  }

  /**
   * Integrated gradients (Sundararajan et al. 2017), computed exactly: on the
   * straight path from zeros to the vector every hidden sum is linear, so
   * each unit is active on one interval, and between the ends of intervals the
   * sum before the tanh is linear too.
   */
  contributions(vector: SparseVector): Contributions {
    checkLength(vector, this.inputs);
    const changes = new Float64Array(this.#units);
    this.#addTo(changes, vector);
    const slopes = this.#meanSlopes(changes);
    const scale = this.#scale(vector);
    const values = Float64Array.from(vector.values, (x, k) => {
      const row = vector.indices[k] * this.#units;
      let sum = 0;
      for (let j = 0; j < this.#units; j++) {
        sum += slopes[j] * this.#weights[row + j];
      }
      return sum * x * scale;
    });
    return { base: Math.tanh(this.#answerTo(this.#biases)), values };
  }

  /**
   * The mean derivative of the output by each hidden sum, over the path on
   * which the sums change by `changes`.
   */
  #meanSlopes(changes: Float64Array): Float64Array {
    const { ends, integrals } = this.#integrate(changes);
    const integralTo = (end: number) => integrals[ends.indexOf(end)];
    return this.#output.map((weight, j) => {
      const turn = this.#turnOf(j, changes[j]);
      const isActiveAtFirst = isActive(this.#biases[j], changes[j]);
      if (turn === undefined) {
        return isActiveAtFirst ? weight * integrals.at(-1)! : 0;
      }
      const before = integralTo(turn);
      return weight * (isActiveAtFirst ? before : integrals.at(-1)! - before);
    });
  }

  /** Where on the path, between 0 and 1, a unit becomes active or ceases to be. */
  #turnOf(unit: number, change: number): number | undefined {
    const turn = -this.#biases[unit] / change;
    return turn > 0 && turn < 1 ? turn : undefined;
  }

  /** Integrals of the slope of the tanh along the path, to the end of each piece. */
  #integrate(
    changes: Float64Array,
  ): { ends: number[]; integrals: number[] } {
    const turns = [...changes]
      .map((change, j) => this.#turnOf(j, change))
      .filter((turn) => turn !== undefined);
    const ends = [...new Set([...turns, 1])].sort((a, b) => a - b);
    let from = 0;
    let answer = this.#answerTo(this.#biases);
    let integral = 0;
    const integrals = ends.map((end) => {
      const sums = this.#biases.map((bias, j) => bias + end * changes[j]);
      const next = this.#answerTo(sums);
      integral += (end - from) * meanSlope(answer, next);
      from = end;
      answer = next;
      return integral;
    });
    return { ends, integrals };
  }
}

/** Whether a unit is active just after a point where it has this sum. */
function isActive(sum: number, change: number): boolean {
  return sum > 0 || (sum === 0 && change > 0);
}

/** Mean slope of the tanh between two points. */
function meanSlope(from: number, to: number): number {
  const change = to - from;
  return Math.abs(change) > TINY_CHANGE
    ? (Math.tanh(to) - Math.tanh(from)) / change
    : derivative(activate((from + to) / 2, "tanh"), "tanh");
}
