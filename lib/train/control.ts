/**
 * How a training is told to end by the thread that waits for it.
 *
 * @module
 */

const STOP = 0;
const ENDED = 1;

/**
 * Shared by two threads, because no message arrives while a thread computes.
 * Deno (2.8.3 to 2.9.4) does not end such a thread either: `terminate` comes
 * into effect when it has done what it is at (denoland/deno#35657).
 */
export class TrainingControl {
  /** What both threads have. */
  readonly shared: Int32Array;

  /** @param shared of the other thread's; a new one by default */
  constructor(shared: Int32Array = new Int32Array(new SharedArrayBuffer(8))) {
    this.shared = shared;
  }

  /** Asks the training to end. */
  stop(): void {
    Atomics.store(this.shared, STOP, 1);
  }

  /** Whether it is to end. */
  get isStopped(): boolean {
    return Atomics.load(this.shared, STOP) === 1;
  }

  /** Notes that it has ended. */
  end(): void {
    Atomics.store(this.shared, ENDED, 1);
  }

  /** Whether it has ended. */
  get hasEnded(): boolean {
    return Atomics.load(this.shared, ENDED) === 1;
  }
}
