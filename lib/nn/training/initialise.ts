/**
 * The weights that a training begins with.
 *
 * @module
 */

import { type DenseLayer, hiddenUnits, layersOf } from "../architectures.ts";
import type { Dataset } from "../dataset.ts";
import type { Random } from "../random.ts";
import { initialiseLayered } from "./initialise_layered.ts";
import { LinearTrainable } from "./linear.ts";
import type { TrainingOptions } from "./options.ts";
import { SymbolTrainable } from "./symbol.ts";
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
  const { architecture, hiddenLayerMultiplier, start, kernels } = options;
  const layers = start && layersOf(start.graph, architecture);
  if (architecture === "mlp" || architecture === "embedding") {
    const begun = start && layers && overInputs(layers, start.inputOf);
    return initialiseLayered(data, options, random, begun);
  }
  const network = architecture === "linear"
    ? new LinearTrainable(data, kernels)
    : new SymbolTrainable(
      data,
      Math.max(
        hiddenUnits(data.inputs, hiddenLayerMultiplier),
        layers?.[0].biases.length ?? 0,
      ),
      kernels,
    );
  network.randomise(random);
  if (start && layers) network.takeOver(layers, start.inputOf);
  return network;
}

/** The same layers over other inputs. */
function overInputs(
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
