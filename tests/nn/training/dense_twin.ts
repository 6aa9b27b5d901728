/**
 * The mathematics of training, written down once more: dense loops over all
 * weights in double precision, nothing left out, nothing made up for later.
 */

import type { DenseLayer } from "../../../lib/nn/architectures.ts";
import type { Random } from "../../../lib/nn/random.ts";
import type { Procedure } from "../../../lib/nn/training/options.ts";

/** Whole vectors and what they are. */
export interface LabelledVectors {
  inputs: number;
  vectors: number[][];
  isSpam: boolean[];
}

/** One array of weights, with the mean squares of its gradients. */
interface Parameter {
  weights: Float64Array;
  squares: Float64Array;
  decays: boolean;
}

/** Weights of a layer, one row for each output, and its biases. */
export interface TwinLayer {
  weights: Float64Array;
  biases: Float64Array;
}

/** What came of a training. */
export interface TwinResult {
  /** From the input on. */
  layers: TwinLayer[];
  costs: number[];
}

/**
 * Trains a network as `trainNetwork` does.
 *
 * @param initial its weights before
 * @param random what is left of the random numbers when it has them
 */
export function trainTwin(
  data: LabelledVectors,
  initial: DenseLayer[],
  procedure: Procedure,
  random: Random,
): TwinResult {
  const isSymbol = initial.length === 2;
  const parameters = initial.flatMap(({ weights, biases }, i) => [
    parameter(weights, i === 0),
    parameter(biases, false),
  ]);
  const rows = Uint32Array.from(data.vectors.keys());
  random.shuffle(rows);
  const inputs = data.vectors.map((vector) =>
    isSymbol ? vector.map((x) => Math.max(0, x)) : vector
  );
  const sumOf = (row: number) => activations(inputs[row], parameters).at(-1)!;
  const costs: number[] = [];
  const kept: Float64Array[][] = [];
  for (let epoch = 0; epoch < procedure.epochs; epoch++) {
    random.shuffle(rows);
    const rate = procedure.schedule === "constant"
      ? procedure.learningRate
      : procedure.learningRate * (1 - epoch / procedure.epochs);
    let cost = 0;
    for (let at = 0; at < rows.length; at += procedure.miniBatch) {
      for (const { weights, decays } of parameters) {
        const factor = decays ? 1 - rate * procedure.weightDecay : 1;
        weights.forEach((weight, i) => weights[i] = factor * weight);
      }
      const batch = rows.subarray(at, at + procedure.miniBatch);
      const gradients = parameters.map(({ weights }) =>
        new Float64Array(weights.length)
      );
      for (const row of batch) {
        cost += costOf(sumOf(row)[0], data.isSpam[row]);
        backward(
          activations(inputs[row], parameters),
          data.isSpam[row] ? 1 : -1,
          parameters,
          gradients,
          1 / batch.length,
        );
      }
      parameters.forEach((one, k) => descend(one, gradients[k], rate));
    }
    costs.push(cost / rows.length);
    if (epoch >= procedure.averageFrom * procedure.epochs) {
      kept.push(parameters.map(({ weights }) => weights.slice()));
    }
  }
  if (kept.length > 0) useMean(parameters, kept);
  if (procedure.fitBias) {
    const sums = Array.from(rows, (row) => sumOf(row)[0]);
    const ofClass = (isSpam: boolean) =>
      sums.filter((_, i) => data.isSpam[rows[i]] === isSpam);
    const bias = parameters.at(-1)!.weights;
    bias[0] += bestShift(ofClass(true), ofClass(false));
  }
  return {
    costs,
    layers: Array.from({ length: parameters.length / 2 }, (_, i) => ({
      weights: parameters[2 * i].weights,
      biases: parameters[2 * i + 1].weights,
    })),
  };
}

function parameter(values: Float32Array, decays: boolean): Parameter {
  return {
    weights: Float64Array.from(values),
    squares: new Float64Array(values.length),
    decays,
  };
}

/** The values of each layer, from the input to the sum before the tanh. */
function activations(input: number[], parameters: Parameter[]): number[][] {
  const values = [input];
  for (let k = 0; k < parameters.length; k += 2) {
    const before = values.at(-1)!;
    const [{ weights }, { weights: biases }] = parameters.slice(k);
    values.push([...biases].map((bias, output) =>
      before.reduce(
        (sum, x, i) => sum + weights[output * before.length + i] * x,
        bias,
      )
    ));
  }
  return values;
}

/** Adds the gradient of one sample, by the chain rule. */
function backward(
  values: number[][],
  truth: number,
  parameters: Parameter[],
  gradients: Float64Array[],
  share: number,
): void {
  let deltas = [share * (Math.tanh(values.at(-1)![0]) - truth)];
  for (let k = parameters.length - 2; k >= 0; k -= 2) {
    const before = values[k / 2];
    const { weights } = parameters[k];
    const next = before.map(() => 0);
    deltas.forEach((delta, output) => {
      gradients[k + 1][output] += delta;
      before.forEach((x, i) => {
        gradients[k][output * before.length + i] += delta * x;
        next[i] += delta * weights[output * before.length + i];
      });
    });
    deltas = next;
  }
}

function descend(
  { weights, squares }: Parameter,
  gradient: Float64Array,
  rate: number,
): void {
  gradient.forEach((g, i) => {
    squares[i] = 0.9 * squares[i] + 0.1 * g * g;
    weights[i] -= rate * g / Math.sqrt(squares[i] + 1e-6);
  });
}

function useMean(parameters: Parameter[], kept: Float64Array[][]): void {
  parameters.forEach(({ weights }, k) =>
    weights.forEach((_, i) => {
      const sum = kept.reduce((sum, arrays) => sum + arrays[k][i], 0);
      weights[i] = sum / kept.length;
    })
  );
}

/** Cross-entropy of the tanh of a sum that is not large. */
function costOf(sum: number, isSpam: boolean): number {
  const output = Math.tanh(sum);
  return -Math.log((1 + (isSpam ? output : -output)) / 2);
}

/** Where the slope of the cost is 0, with no class more than 4 times the other. */
function bestShift(spam: number[], ham: number[]): number {
  let [low, high] = [-20, 20];
  const slope = (sums: number[], others: number[], truth: number, at: number) =>
    Math.max(1, others.length / (4 * sums.length)) *
    sums.reduce((all, sum) => all + Math.tanh(sum + at) - truth, 0);
  for (let round = 0; round < 100; round++) {
    const middle = (low + high) / 2;
    const total = slope(spam, ham, 1, middle) + slope(ham, spam, -1, middle);
    if (total > 0) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}
