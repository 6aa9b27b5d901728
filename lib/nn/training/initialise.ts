/**
 * The weights that a training begins with.
 *
 * @module
 */

import { hiddenUnits, layersOf } from "../architectures.ts";
import type { Dataset } from "../dataset.ts";
import type { Random } from "../random.ts";
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
  { architecture, hiddenLayerMultiplier, start, kernels }: TrainingOptions,
  random: Random,
): Trainable {
  const layers = start && layersOf(start.graph, architecture);
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
