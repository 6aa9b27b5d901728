/**
 * Training in a worker, so that nothing else waits for it.
 *
 * @module
 */

import type { EpochReport } from "../nn/training/options.ts";
import type { Judgement } from "../nn/quality/gate.ts";
import { workerOptions } from "../worker_permissions.ts";
import type {
  JudgingJob,
  TrainingJob,
  TrainingResult,
  UnreadableSample,
  WorkerMessage,
} from "./job.ts";

/** How a training is watched over. */
export interface TrainerOptions {
  /** After this long it has failed. */
  timeoutMs: number;
  /** Ends it at once. */
  signal?: AbortSignal;
  /** Called after each epoch. */
  onEpoch?: (report: EpochReport) => void;
}

/** Training ended without a network: it failed, took too long or was aborted. */
export class TrainerError extends Error {
  override name = "TrainerError";

  /**
   * @param unreadable samples that turned out to be of no use
   * @param waits whether it is only too early
   */
  constructor(
    message: string,
    readonly unreadable: UnreadableSample[] = [],
    readonly waits = false,
  ) {
    super(message);
  }
}

/**
 * How long a worker waits for another job: to start one stops everything else
 * in the process for some 25 ms.
 */
const KEEP_MS = 30_000;

/** Trains in workers, one for each training that is under way. */
export class Trainer implements Disposable {
  /** Has done its job, and waits for another. */
  #idle?: { worker: Worker; timer: ReturnType<typeof setTimeout> };
  #isDisposed = false;

  /**
   * Trains.
   *
   * @param job its sample buffers are moved to the worker, and empty afterwards
   * @throws {TrainerError} when the training fails, the worker crashes, the
   * time is up, or the signal is aborted; the worker is gone then
   */
  train(job: TrainingJob, options: TrainerOptions): Promise<TrainingResult> {
    return this.#run<TrainingResult>(job, options);
  }

  /**
   * Judges a network.
   *
   * @param job as {@linkcode train} takes it
   * @throws {TrainerError} as {@linkcode train} does
   */
  judge(job: JudgingJob, options: TrainerOptions): Promise<Judgement> {
    return this.#run<Judgement>(job, options);
  }

  async #run<Result>(
    job: TrainingJob | JudgingJob,
    options: TrainerOptions,
  ): Promise<Result> {
    if (options.signal?.aborted) throw new TrainerError("training was aborted");
    const worker = this.#takeIdle() ?? new Worker(
      new URL("./training_worker.ts", import.meta.url).href,
      { ...workerOptions(), name: "neurald-training" },
    );
    try {
      const result = await runIn<Result>(worker, job, options);
      this.#keep(worker);
      return result;
    } catch (error) {
      worker.terminate();
      throw error;
    }
  }

  /** Ends the worker that waits; those at work end when they are done. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#takeIdle()?.terminate();
  }

  #takeIdle(): Worker | undefined {
    const idle = this.#idle;
    this.#idle = undefined;
    clearTimeout(idle?.timer);
    return idle?.worker;
  }

  #keep(worker: Worker): void {
    if (this.#isDisposed) return worker.terminate();
    this.#takeIdle()?.terminate();
    const timer = setTimeout(() => this.#takeIdle()?.terminate(), KEEP_MS);
    this.#idle = { worker, timer };
  }
}

/** Hands a job to a worker that has none, and watches over it. */
async function runIn<Result>(
  worker: Worker,
  job: TrainingJob | JudgingJob,
  { timeoutMs, signal, onEpoch }: TrainerOptions,
): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const fail = (message: string) => reject(new TrainerError(message));
  const aborted = () => fail("training was aborted");
  const timer = setTimeout(
    () => fail(`training took longer than ${timeoutMs / 1000} s`),
    timeoutMs,
  );
  signal?.addEventListener("abort", aborted);
  worker.onerror = (event) => {
    event.preventDefault();
    fail(`the training worker crashed: ${event.message}`);
  };
  worker.onmessageerror = () =>
    fail("the training worker cannot be understood");
  worker.onmessage = ({ data }: MessageEvent<WorkerMessage<Result>>) => {
    if (data.kind === "epoch") onEpoch?.(data.report);
    else if (data.kind === "result") resolve(data.result);
    else reject(new TrainerError(data.message, data.unreadable, data.waits));
  };
  const buffers = [job.bytes, job.ends, job.isSpam, job.ids]
    .map(({ buffer }) => buffer as ArrayBuffer);
  try {
    worker.postMessage(job, buffers);
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", aborted);
  }
}
