/**
 * Whether a network is to be trained by itself.
 *
 * @module
 */

import type { ClassCounts } from "../features/mail_class.ts";
import { isTrainingDue } from "../policy/admission.ts";
import type { PoolCounts } from "../store/store.ts";
import { isTuningDue } from "./external/fine_tuning.ts";
import type { Network } from "./network.ts";
import { inTotal } from "./pool_size.ts";

/** Whether there are enough samples. */
export function hasEnough(network: Network, counts: PoolCounts): boolean {
  return isTrainingDue(network.rule.train, countedSamples(network, counts)) ||
    isTuningDue(network, counts);
}

/** The samples that count: those that no finished training has seen. */
export function countedSamples(
  { live, failures }: Network,
  counts: PoolCounts,
): ClassCounts {
  // Without a model, samples that a refused one has used up do once more.
  return !live && failures > 0 ? inTotal(counts) : counts.fresh;
}
