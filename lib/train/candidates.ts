/**
 * Which architectures a training may give.
 *
 * @module
 */

import {
  type Architecture,
  architectureOf,
  embeddingWidths,
  hiddenUnits,
  layersOf,
} from "../nn/architectures.ts";
import type { Dataset } from "../nn/dataset.ts";
import type { Graph } from "../nn/graph.ts";
import { TrainingError } from "../nn/training/train.ts";
import { CANDIDATES } from "./choose.ts";
import type { TrainingJob } from "./job.ts";

/** So many make a network of 32 MiB; one of 64 could not be opened again. */
const MOST_WEIGHTS = 2 ** 23;

/**
 * Architectures to choose from: that of the network that is gone on from, the
 * one that is configured, or, by `auto`, all that make no network too large;
 * but rspamd's symbol network loses what is negative, as PCA and z-scores are.
 *
 * @param data vectors as the networks take them
 * @param origin the network that is gone on from, if there is one
 * @throws {TrainingError} when the only one makes a network that is too large
 */
export function candidatesFor(
  job: Pick<TrainingJob, "architecture" | "hiddenLayerMultiplier">,
  { inputs, values }: Pick<Dataset, "inputs" | "values">,
  origin?: Graph,
): readonly Architecture[] {
  const weights = (one: Architecture) =>
    inputs * firstUnits(one, inputs, job.hiddenLayerMultiplier, origin);
  const only = origin && architectureOf(origin) ||
    (job.architecture === "auto" ? undefined : job.architecture);
  if (only === undefined) {
    const isLost = values.some((value) => value < 0);
    return CANDIDATES.filter((one) =>
      weights(one) <= MOST_WEIGHTS && !(isLost && one === "symbol")
    );
  }
  if (weights(only) <= MOST_WEIGHTS) return [only];
  const remedy = only === "symbol"
    ? "lower hidden_layer_mult"
    : "choose another architecture";
  throw new TrainingError(
    `${inputs} inputs make of ${only} a network of ${
      weights(only)
    } weights, and at most ${MOST_WEIGHTS} are possible: ${remedy}, or name fewer symbols (profile)`,
  );
}

/** Units of the first hidden layer, where those grow with the inputs. */
function firstUnits(
  architecture: Architecture,
  inputs: number,
  multiplier: number,
  origin?: Graph,
): number {
  if (architecture === "embedding") return embeddingWidths(inputs)[0];
  if (architecture !== "symbol") return 1;
  // A network that goes on keeps the units that it has.
  const before = origin && layersOf(origin, architecture)?.[0].biases.length;
  return Math.max(hiddenUnits(inputs, multiplier), before ?? 0);
}
