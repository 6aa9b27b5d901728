/**
 * The worker that training runs in. It takes one job after another.
 *
 * @module
 */

import type { TrainingJob, WorkerMessage } from "./job.ts";
import { runTraining } from "./run.ts";
import { TooFewError } from "./too_few_error.ts";

/** The worker's side of the channel. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<TrainingJob>) => void) | null;
  postMessage(message: WorkerMessage, transfer?: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data: job }) => {
  try {
    const result = runTraining(
      job,
      (report) => scope.postMessage({ kind: "epoch", report }),
    );
    scope.postMessage({ kind: "result", result }, [result.ann.buffer]);
  } catch (error) {
    const { message } = error as Error;
    const unreadable = error instanceof TooFewError
      ? error.unreadable
      : undefined;
    scope.postMessage({ kind: "error", message, unreadable });
  }
};
