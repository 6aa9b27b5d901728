/**
 * The weights that a training begins with.
 *
 * @module
 */

import { hiddenUnits, layersOf } from "../architectures.ts";
import type { Dataset } from "../dataset.ts";
import { withInputs } from "../inputs.ts";
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
  const begun = start && withInputs(start.graph, start.inputOf);
  const layers = begun && layersOf(begun, architecture);
  if (architecture === "mlp" || architecture === "embedding") {
    return initialiseLayered(data, options, random, layers);
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
  if (layers) network.takeOver(layers);
  return network;
}
