/**
 * The training procedure: what is done with a network, epoch by epoch.
 *
 * @module
 */

import type { Dataset } from "../dataset.ts";
import type { Graph } from "../graph.ts";
import { Random } from "../random.ts";
import { crossEntropy } from "../cross_entropy.ts";
import { boundedWeights } from "./class_weights.ts";
import { initialise } from "./initialise.ts";
import type { EpochReport, Procedure, TrainingOptions } from "./options.ts";
import type { Trainable } from "./trainable.ts";

/** Training cannot give a usable network. */
export class TrainingError extends Error {
  override name = "TrainingError";
}

/**
 * Trains a network.
 *
 * The same data, options and seed give the same network, bit for bit.
 *
 * @param data samples of both classes
 * @throws {TrainingError} when there is no sample of a class, the cost or a
 * weight is no longer a number, or the procedure contradicts itself
 */
export function trainNetwork(data: Dataset, options: TrainingOptions): Graph {
  const spam = data.isSpam.reduce((count, isSpam) => count + isSpam, 0);
  if (spam === 0 || spam === data.size) {
    throw new TrainingError(
      `training needs spam and ham, and there are ${spam} and ${
        data.size - spam
      }`,
    );
  }
  const { procedure } = options;
  if (procedure.validation > 0 && procedure.averageFrom < 1) {
    throw new TrainingError(
      "a procedure takes the best weights or the mean of several, not both",
    );
  }
  const random = new Random(options.seed);
  const network = initialise(data, options, random);
  const order = Uint32Array.from({ length: data.size }, (_, i) => i);
  random.shuffle(order);
  const validationSize = Math.floor(data.size * procedure.validation);
  const training = order.subarray(0, data.size - validationSize);
  const validation = order.subarray(data.size - validationSize);
  const weightDecay = weightDecayFor(procedure, spam, data.size - spam);
  descend(network, data, training, validation, random, {
    ...options,
    procedure: { ...procedure, weightDecay },
  });
  if (procedure.fitBias) fitBias(network, data, training);
  const graph = network.graph();
  if (!hasNumbers(graph)) {
    throw new TrainingError("the weights are no longer numbers");
  }
  return graph;
}

/** With more, all weights of a network can vanish for good. */
const MOST_SMALL_POOL_DECAY = 8;

/** The weight decay for a pool of so many samples. */
function weightDecayFor(
  { weightDecay, layered }: Procedure,
  spam: number,
  ham: number,
): number {
  const more = layered.smallPoolDecay / Math.min(spam, ham);
  return weightDecay + Math.min(MOST_SMALL_POOL_DECAY, more);
}

/** The last step may be the one too far, and no cost tells of it. */
function hasNumbers({ nodes }: Graph): boolean {
  return nodes.every((node) =>
    node.kind === "operator" || !node.values || areNumbers(node.values)
  );
}

/** A multiple of all of them by 0 is 0, or else one of them is no number. */
function areNumbers(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += 0 * values[i];
  return sum === 0;
}

/** Goes through all epochs, and leaves the network with its final weights. */
function descend(
  network: Trainable,
  data: Dataset,
  training: Uint32Array,
  validation: Uint32Array,
  random: Random,
  { procedure, onEpoch }: TrainingOptions,
): void {
  const { epochs, patience } = procedure;
  let best = Infinity;
  let sinceBest = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    random.shuffle(training);
    const cost = trainEpoch(network, training, epoch, procedure);
    const report: EpochReport = { epoch: epoch + 1, epochs, cost };
    if (validation.length > 0) {
      report.validationCost = meanCost(network, data, validation);
    }
    onEpoch?.(report);
    if (!Number.isFinite(cost)) {
      throw new TrainingError(`the cost of epoch ${epoch + 1} is ${cost}`);
    }
    if (epoch >= procedure.averageFrom * epochs) network.memory.addToMean();
    if (report.validationCost !== undefined && epoch >= patience) {
      if (report.validationCost < best) {
        best = report.validationCost;
        sinceBest = 0;
        network.memory.remember();
      } else if (++sinceBest >= patience) {
        break;
      }
    }
  }
  network.memory.recall();
  network.memory.useMean();
}

/** One pass over all training samples; the mean cost of their mini-batches. */
function trainEpoch(
  network: Trainable,
  training: Uint32Array,
  epoch: number,
  procedure: Procedure,
): number {
  const { miniBatch, weightDecay, learningRate, schedule } = procedure;
  const rate = schedule === "constant"
    ? learningRate
    : learningRate * (1 - epoch / procedure.epochs);
  let cost = 0;
  for (let at = 0; at < training.length; at += miniBatch) {
    const rows = training.subarray(at, at + miniBatch);
    cost += rows.length * network.step(rows, rate, weightDecay);
  }
  return cost / training.length;
}

function meanCost(
  network: Trainable,
  data: Dataset,
  rows: Uint32Array,
): number {
  const cost = network.sums(rows).reduce(
    (total, sum, i) => total + crossEntropy(sum, data.isSpam[rows[i]] ? 1 : -1),
    0,
  );
  return cost / rows.length;
}

/** Holds the bias where the cost hardly depends on it. */
const BIAS_RIDGE = 1e-6;
/** Share of the range of biases that no longer matters; float32 has 2⁻²⁴. */
const BIAS_PRECISION = 2 ** -32;
/** From here on the tanh is 1 to the last digit. */
const SATURATED = 20;

/**
 * Moves the last bias to where the cost is least: averaged weights answer a
 * little less than what they are averaged from, and where nearly all samples
 * are of one class, everything looks like one of that.
 *
 * The slope of the cost grows with the bias, so its zero is between two bounds,
 * and found by Newton's method or, where that does not halve its steps, by
 * halving what is between.
 */
function fitBias(network: Trainable, data: Dataset, rows: Uint32Array): void {
  const sums = network.sums(rows);
  const weights = boundedWeights(data.isSpam);
  const reach = SATURATED +
    sums.reduce((most, sum) => Math.max(most, Math.abs(sum)), 0);
  let [low, high] = [-reach, reach];
  let shift = 0;
  let step = 2 * reach;
  while (Math.abs(step) > BIAS_PRECISION * reach) {
    let slope = BIAS_RIDGE * shift;
    let curvature = BIAS_RIDGE;
    for (let i = 0; i < sums.length; i++) {
      const output = Math.tanh(sums[i] + shift);
      const isSpam = data.isSpam[rows[i]];
      const weight = isSpam ? weights.spam : weights.ham;
      slope += weight * (output - (isSpam ? 1 : -1));
      curvature += weight * (1 - output * output);
    }
    if (slope < 0) low = shift;
    else high = shift;
    const newton = -slope / curvature;
    const isInside = low <= shift + newton && shift + newton <= high;
    step = isInside && 2 * Math.abs(newton) <= Math.abs(step)
      ? newton
      : (low + high) / 2 - shift;
    shift += step;
  }
  network.shiftBias(shift);
}
