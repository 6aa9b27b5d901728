/**
 * One line of networks, looked at closely.
 *
 * @module
 */

import {
  type Influences,
  influencesOf as findInfluences,
} from "../model/influence.ts";
import type { Model } from "../model/model.ts";
import type { Network } from "./network.ts";
import { describePool, type PoolsContext, type PoolStatus } from "./pools.ts";
import type { RefusalCounts } from "./refusals.ts";
import type { TrainingReport } from "./training.ts";
import { Turns } from "./turns.ts";
import { within } from "./within.ts";

/** What is known of a line of networks besides its status. */
export interface LineDetails {
  /** Its past trainings, the newest first; absent where the store is away. */
  trainings?: (TrainingReport & { at: number })[];
  /** Absent where the store is away. */
  pool?: PoolStatus;
  /** What this process did not learn for its rule; null if that is nothing. */
  refused: RefusalCounts | null;
  /** The symbols that its model goes by most; absent without a model. */
  influences?: Influences;
}

/** So many past trainings are told of. */
const MOST_TRAININGS = 20;
/** So many symbols of each side. */
const MOST_INFLUENCES = 12;

/** Each model is asked once. */
const INFLUENCES = new WeakMap<Model, Promise<Influences>>();

/**
 * Describes a line of networks, as far as its store tells in time.
 *
 * @param withinMs how long the store may take
 */
export async function describeLine(
  network: Network,
  context: PoolsContext,
  withinMs: number,
): Promise<LineDetails> {
  const { store, refusals } = context;
  const details: LineDetails = {
    refused: refusals.of(network.rule) ?? null,
    influences: network.live && await influencesOf(network.live.model),
  };
  try {
    const [trainings, pool] = await within(
      withinMs,
      Promise.all([
        store.trainings(network.series, MOST_TRAININGS),
        describePool(network, context),
      ]),
    );
    const reports = trainings.map(({ record, at }) => ({
      ...JSON.parse(record),
      at,
    }));
    return { ...details, trainings: reports, pool };
  } catch {
    // What is wrong with the store is in the status.
    return details;
  }
}

function influencesOf(model: Model): Promise<Influences> {
  const known = INFLUENCES.get(model);
  if (known) return known;
  const turns = new Turns();
  const found = findInfluences(model, MOST_INFLUENCES, () => turns.next());
  INFLUENCES.set(model, found);
  return found;
}
