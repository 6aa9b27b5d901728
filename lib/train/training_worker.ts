/**
 * The worker that training runs in. It takes one job after another.
 *
 * @module
 */

import { TrainingControl } from "./control.ts";
import type { Order, WorkerMessage } from "./job.ts";
import { runJudging } from "./judge.ts";
import { runTraining } from "./run.ts";
import { TooFewError, TooFewNewError } from "./too_few_error.ts";

/** The worker's side of the channel. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<Order>) => void) | null;
  postMessage(message: WorkerMessage, transfer?: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data: { job, shared } }) => {
  const control = new TrainingControl(shared);
  try {
    if ("candidate" in job) {
      scope.postMessage({ kind: "result", result: runJudging(job) });
      return;
    }
    const result = runTraining(job, (report) => {
      if (control.isStopped) throw new Error("training was stopped");
      scope.postMessage({ kind: "epoch", report });
    });
    scope.postMessage({ kind: "result", result }, [result.ann.buffer]);
  } catch (error) {
    const { message } = error as Error;
    const unreadable = error instanceof TooFewError
      ? error.unreadable
      : undefined;
    const waits = error instanceof TooFewNewError;
    scope.postMessage({ kind: "error", message, unreadable, waits });
  } finally {
    control.end();
  }
};
