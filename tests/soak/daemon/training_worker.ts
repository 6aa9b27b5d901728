/**
 * The worker that training runs in, which does as it is told instead.
 *
 * @module
 */

import "../../../lib/train/training_worker.ts";
import { TrainingControl } from "../../../lib/train/control.ts";
import type { Order } from "../../../lib/train/job.ts";
import { type Misbehaviour, MISBEHAVIOURS } from "./misbehaviour.ts";

/** The worker's side of the channel. */
interface WorkerScope {
  onmessage: (
    event: MessageEvent<Order & { misbehaves?: Misbehaviour }>,
  ) => void;
}

const scope = globalThis as unknown as WorkerScope;
const train = scope.onmessage;

scope.onmessage = (event) => {
  const { misbehaves, shared } = event.data;
  if (misbehaves === undefined) train(event);
  else MISBEHAVIOURS[misbehaves](new TrainingControl(shared));
};
