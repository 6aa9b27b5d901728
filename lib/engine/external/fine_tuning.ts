/**
 * Training that goes on from an external model.
 *
 * @module
 */

import type { PoolCounts } from "../../store/store.ts";
import type { Network } from "../network.ts";
import { isLargeEnough } from "../pool_size.ts";

/** Whether a training may go on from the weights of the model in service. */
export function isTunable({ rule, live }: Network): boolean {
  return rule.externalModel.localFineTune && live?.origin.kind === "external";
}

/** Whether there are enough local samples to do so. */
export function isTuningDue(
  network: Network,
  counts: PoolCounts,
): boolean {
  if (!isTunable(network)) return false;
  const { minLocalSamples } = network.rule.externalModel;
  const { spam, ham } = counts.fresh;
  return spam + ham >= Math.max(1, minLocalSamples) && isLargeEnough(counts);
}
