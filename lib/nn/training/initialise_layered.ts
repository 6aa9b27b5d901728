/**
 * The weights that networks with hidden layers begin with.
 *
 * @module
 */

import {
  type Architecture,
  type DenseLayer,
  embeddingDropouts,
  embeddingGraph,
  embeddingWidths,
  mlpGraph,
} from "../architectures.ts";
import type { Dataset } from "../dataset.ts";
import type { Graph } from "../graph.ts";
import { Random } from "../random.ts";
import { balancedWeights, EQUAL_WEIGHTS } from "./class_weights.ts";
import { Ensemble } from "./ensemble.ts";
import { foldScale, inputScale, scaleData } from "./input_scale.ts";
import { LayeredTrainable } from "./layered.ts";
import type { Block, Blueprint } from "./layers/stack.ts";
import { Adam, Rmsprop } from "./optimiser.ts";
import type { LayeredProcedure, TrainingOptions } from "./options.ts";
import type { Trainable } from "./trainable.ts";

/**
 * Makes an `mlp` or `embedding` network to train.
 *
 * @param start weights to go on from, over the inputs of the data; the network
 * then has their widths, and is one, however many members it was made of
 */
export function initialiseLayered(
  data: Dataset,
  { architecture, procedure, kernels }: TrainingOptions,
  random: Random,
  start?: readonly DenseLayer[],
): Trainable {
  const { inputs } = data;
  const { layered, miniBatch } = procedure;
  const isMlp = architecture === "mlp";
  const widths = start?.slice(0, -1).map(({ biases }) => biases.length) ??
    (isMlp ? [layered.units] : embeddingWidths(inputs));
  const blueprint = blueprintOf(architecture, widths, layered);
  const factors = layered.scaleInputs
    ? inputScale(data)
    : new Float32Array(inputs).fill(1);
  const scaled = scaleData(data, factors);
  const inverse = factors.map((factor) => 1 / factor);
  const toGraph = (layers: readonly DenseLayer[]): Graph => {
    const unscaled = withFirst(layers, (layer) => foldScale(layer, factors));
    return isMlp
      ? mlpGraph(inputs, unscaled)
      : embeddingGraph(inputs, unscaled, layered.dropout);
  };
  const member = () =>
    new LayeredTrainable(
      scaled,
      start
        ? withFirst(start, (layer) => foldScale(layer, inverse))
        : randomLayers(scaled, blueprint, random),
      {
        blueprint,
        miniBatch,
        optimiser: layered.optimiser === "adam" ? new Adam() : new Rmsprop(),
        inputDropout: layered.inputDropout,
        classWeights: layered.balanceClasses
          ? balancedWeights(data.isSpam)
          : EQUAL_WEIGHTS,
        random: new Random(2 ** 32 * random.uniform()),
        kernels,
        toGraph,
      },
    );
  if (!isMlp || start || layered.members === 1) return member();
  return new Ensemble(
    Array.from({ length: layered.members }, member),
    toGraph,
  );
}

function blueprintOf(
  architecture: Architecture,
  widths: readonly number[],
  { dropout }: LayeredProcedure,
): Blueprint {
  if (architecture === "mlp") {
    return widths.map((width): Block => ({
      width,
      hasNorm: false,
      activation: "relu",
      dropout,
    }));
  }
  const dropouts = embeddingDropouts(widths.length, dropout);
  return widths.map((width, i): Block => ({
    width,
    hasNorm: true,
    activation: "gelu",
    dropout: dropouts[i],
  }));
}

function withFirst(
  [first, ...others]: readonly DenseLayer[],
  change: (layer: DenseLayer) => DenseLayer,
): DenseLayer[] {
  return [change(first), ...others];
}

/**
 * Random weights by KANN's law: variance 1 / inputs of the layer; no bias.
 * Inputs that never occur weigh nothing, for they would never be corrected.
 */
function randomLayers(
  data: Dataset,
  blueprint: Blueprint,
  random: Random,
): DenseLayer[] {
  let columns = data.inputs;
  const widths = [...blueprint.map(({ width }) => width), 1];
  const layers = widths.map((width, k): DenseLayer => {
    const weights = new Float32Array(width * columns)
      .map(() => random.normal() / Math.sqrt(columns));
    columns = width;
    return {
      weights,
      biases: new Float32Array(width),
      norm: blueprint[k]?.hasNorm
        ? {
          gains: new Float32Array(width).fill(1),
          shifts: new Float32Array(width),
        }
        : undefined,
    };
  });
  const occurring = new Set(data.indices);
  return withFirst(layers, (layer) => ({
    ...layer,
    weights: layer.weights
      .map((weight, k) => occurring.has(k % data.inputs) ? weight : 0),
  }));
}
