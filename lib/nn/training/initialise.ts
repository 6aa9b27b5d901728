/**
 * The weights that a training begins with.
 *
 * @module
 */

import { type DenseLayer, hiddenUnits, layersOf } from "../architectures.ts";
import type { Dataset } from "../dataset.ts";
import type { Random } from "../random.ts";
import { initialiseLayered } from "./initialise_layered.ts";
import {
  LinearTrainable,
  type LinearWeights,
  randomLinearWeights,
} from "./linear.ts";
import type { TrainingOptions } from "./options.ts";
import {
  randomSymbolWeights,
  SymbolTrainable,
  type SymbolWeights,
} from "./symbol.ts";
import type { Trainable } from "./trainable.ts";

/**
 * Makes a network to train: random, or where an earlier training left it.
 *
 * A network that goes on answers what it answered before: inputs that are new
 * weigh nothing, and so do hidden units that are new. A starting point of
 * another architecture is of no use, and the weights are random.
 */
export function initialise(
  data: Dataset,
  options: TrainingOptions,
  random: Random,
): Trainable {
  const { architecture, hiddenLayerMultiplier, start } = options;
  const layers = start && layersOf(start.graph, architecture);
  if (architecture === "linear") {
    const weights = randomLinearWeights(data.inputs, random);
    if (start && layers) continueLinear(weights, layers[0], start.inputOf);
    return new LinearTrainable(data, weights);
  }
  if (architecture !== "symbol") {
    const begun = start && layers && continueLayers(layers, start.inputOf);
    return initialiseLayered(data, options, random, begun);
  }
  const units = Math.max(
    hiddenUnits(data.inputs, hiddenLayerMultiplier),
    layers?.[0].biases.length ?? 0,
  );
  const weights = randomSymbolWeights(data.inputs, units, random);
  if (start && layers) continueSymbol(weights, layers, start.inputOf);
  return new SymbolTrainable(rectified(data), weights);
}

/** What ReLU lets through. */
function rectified(data: Dataset): Dataset {
  return { ...data, values: data.values.map((value) => Math.max(0, value)) };
}

function continueLinear(
  weights: LinearWeights,
  layer: DenseLayer,
  inputOf: Int32Array,
): void {
  inputOf.forEach((old, input) => {
    weights.weights[input] = old < 0 ? 0 : layer.weights[old];
  });
  weights.bias.set(layer.biases);
}

/** The same layers over other inputs. */
function continueLayers(
  [first, ...others]: DenseLayer[],
  inputOf: Int32Array,
): DenseLayer[] {
  const units = first.biases.length;
  const oldInputs = first.weights.length / units;
  const weights = new Float32Array(units * inputOf.length);
  for (let unit = 0; unit < units; unit++) {
    for (const [input, old] of inputOf.entries()) {
      if (old < 0) continue;
      weights[unit * inputOf.length + input] =
        first.weights[unit * oldInputs + old];
    }
  }
  return [{ ...first, weights }, ...others];
}

function continueSymbol(
  weights: SymbolWeights,
  [hidden, output]: DenseLayer[],
  inputOf: Int32Array,
): void {
  const units = weights.output.length;
  const oldUnits = hidden.biases.length;
  const oldInputs = hidden.weights.length / oldUnits;
  for (const [input, old] of inputOf.entries()) {
    for (let i = 0; i < oldUnits; i++) {
      weights.hidden[input * units + i] = old < 0
        ? 0
        : hidden.weights[i * oldInputs + old];
    }
  }
  weights.hiddenBiases.set(hidden.biases);
  weights.output.fill(0, oldUnits);
  weights.output.set(output.weights);
  weights.outputBias.set(output.biases);
}
