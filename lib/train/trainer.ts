/**
 * Training in a worker, so that nothing else waits for it.
 *
 * @module
 */

import type { EpochReport } from "../nn/training/options.ts";
import type { Judgement } from "../nn/quality/gate.ts";
import { TRAINING_PROGRAM } from "./program.ts";
import { workerOptions } from "../worker_permissions.ts";
import { TrainingControl } from "./control.ts";
import { hasFileDescriptors } from "./file_descriptors.ts";
import type {
  JudgingJob,
  Order,
  TrainingJob,
  TrainingResult,
  UnreadableSample,
  WorkerMessage,
} from "./job.ts";

/** How a training is watched over. */
export interface TrainerOptions {
  /** After this long it has failed. */
  timeoutMs: number;
  /**
   * What the process may grow by meanwhile, in bytes; 2 GiB by default. V8
   * ends the whole process where the objects of a worker come to some 4 GB.
   */
  mostBytes?: number;
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

/** A training that may still be under way. */
class GivenUpError extends TrainerError {}

/**
 * How long a worker waits for another job: to start one stops everything else
 * in the process for some 25 ms.
 */
const KEEP_MS = 30_000;

/** An epoch of a large pool takes seconds, and its end is waited for. */
const END_MS = 20_000;

/** In what a {@linkcode Trainer} trains. */
export interface WorkerOptions {
  /** Answers as `training_worker.ts` does. */
  url?: URL;
  /** How long a training may go on that was ended, in milliseconds. */
  endMs?: number;
}

const GIB = 2 ** 30;

/** How often it is looked how much memory a training takes. */
const LOOK_MS = 200;

/** Trains in workers, one for each training that is under way. */
export class Trainer implements Disposable {
  readonly #url: URL;
  readonly #endMs: number;
  readonly #lost = Promise.withResolvers<TrainerError>();
  readonly #stopping = new Set<ReturnType<typeof setTimeout>>();

  /** Resolves when a training goes on that nobody can end. */
  readonly lost = this.#lost.promise;
  /** Has done its job, and waits for another. */
  #idle?: { worker: Worker; timer: ReturnType<typeof setTimeout> };
  #isDisposed = false;

  /** A trainer without workers yet. */
  constructor({ url = TRAINING_PROGRAM, endMs = END_MS }: WorkerOptions = {}) {
    this.#url = url;
    this.#endMs = endMs;
  }

  /**
   * Trains.
   *
   * @param job its sample buffers are moved to the worker, and empty afterwards
   * @throws {TrainerError} when the training fails, the worker crashes, the
   * time is up, it takes too much memory, or the signal is aborted; the worker
   * is gone then
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
    const worker = this.#takeIdle() ?? this.#startWorker();
    const control = new TrainingControl();
    try {
      const result = await runIn<Result>(worker, job, control, options);
      this.#keep(worker);
      return result;
    } catch (error) {
      worker.terminate();
      if (error instanceof GivenUpError) this.#stop(control);
      throw error;
    }
  }

  #startWorker(): Worker {
    if (!hasFileDescriptors()) {
      throw new TrainerError(
        "no file descriptors are left for a training; raise the limit " +
          "(LimitNOFILE in systemd's unit), or have fewer connections",
      );
    }
    return new Worker(this.#url.href, {
      ...workerOptions(),
      name: "neurald-training",
    });
  }

  /** Sees to it that a training that nobody waits for ends. */
  #stop(control: TrainingControl): void {
    control.stop();
    const timer = setTimeout(() => {
      this.#stopping.delete(timer);
      if (control.hasEnded) return;
      this.#lost.resolve(
        new TrainerError(
          `a training goes on ${this.#endMs / 1000} s after it was ended, ` +
            "and cannot be stopped but by a restart",
        ),
      );
    }, this.#endMs);
    this.#stopping.add(timer);
  }

  /** Ends the worker that waits; those at work end when they are done. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#stopping.forEach((timer) => clearTimeout(timer));
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
  { shared }: TrainingControl,
  { timeoutMs, mostBytes = 2 * GIB, signal, onEpoch }: TrainerOptions,
): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const fail = (message: string) => reject(new TrainerError(message));
  const giveUp = (message: string) => reject(new GivenUpError(message));
  const aborted = () => giveUp("training was aborted");
  const timer = setTimeout(
    () => giveUp(`training took longer than ${timeoutMs / 1000} s`),
    timeoutMs,
  );
  const bytesBefore = Deno.memoryUsage().rss;
  const memoryTimer = setInterval(() => {
    if (Deno.memoryUsage().rss - bytesBefore <= mostBytes) return;
    giveUp(
      `training took more than ${
        (mostBytes / GIB).toFixed(1)
      } GiB of memory; ` +
        "lower max_pool or max_inputs",
    );
  }, LOOK_MS);
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
    worker.postMessage({ job, shared } satisfies Order, buffers);
    return await promise;
  } finally {
    clearTimeout(timer);
    clearInterval(memoryTimer);
    signal?.removeEventListener("abort", aborted);
  }
}
