/**
 * Who looks after the networks whose models are listed and changed.
 *
 * @module
 */

import type { Network } from "../network.ts";
import type { Networks } from "../networks.ts";
import type { TrainingContext } from "../training_context.ts";

/** Looks after networks: the watch loop, or a command over a store. */
export interface ModelKeeper {
  readonly networks: Networks;
  readonly context: TrainingContext;
  /**
   * Works on a network with its training lock held, and its newest model
   * loaded. A training of it that is under way here is given up.
   *
   * @throws {import("../lease.ts").LockedError} when somebody else trains it
   */
  change<T>(
    network: Network,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
}
