/**
 * Deadlines for many short waits.
 *
 * @module
 */

/** A wait that is under way. */
interface Wait {
  expiresAt: number;
  expire: () => void;
}

/** How late a deadline may be noticed. */
const TICK_MS = 100;

/**
 * Bounds waits by one timer for all of them: a timer for each request would
 * cost as much as scoring it.
 */
export class Deadlines {
  readonly #timeoutMs: () => number;
  /** In the order in which they expire. */
  readonly #waits = new Set<Wait>();
  #timer?: ReturnType<typeof setInterval>;

  /** @param timeoutMs how long each wait may take */
  constructor(timeoutMs: () => number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Waits for a promise, but rejects with `late()` when it takes too long. */
  within<T>(promise: Promise<T>, late: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const wait: Wait = {
        expiresAt: performance.now() + this.#timeoutMs(),
        expire: () => reject(late()),
      };
      this.#waits.add(wait);
      this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
      promise.then((value) => {
        this.#waits.delete(wait);
        resolve(value);
      }, (error) => {
        this.#waits.delete(wait);
        reject(error);
      });
    });
  }

  #tick(): void {
    const now = performance.now();
    for (const wait of this.#waits) {
      if (wait.expiresAt > now) break;
      this.#waits.delete(wait);
      wait.expire();
    }
    if (this.#waits.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }
}
