/**
 * How late the process does what is due.
 *
 * @module
 */

import type { Family } from "./family.ts";
import { Histogram } from "./histogram.ts";

/** How often it is looked: seldom enough to cost nothing. */
const INTERVAL_MS = 500;

const BOUNDS_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** Measures how late timers of the main thread come. */
export class EventLoopLag implements Disposable {
  readonly #histogram = new Histogram(BOUNDS_SECONDS);
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Begins to measure. */
  start(): void {
    let dueAt = performance.now() + INTERVAL_MS;
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.#histogram.observe(Math.max(0, now - dueAt) / 1000);
      dueAt = now + INTERVAL_MS;
    }, INTERVAL_MS);
  }

  /** What was measured so far. */
  family(): Family {
    return {
      name: "neurald_event_loop_lag_seconds",
      help: "How late a timer that comes twice a second was.",
      type: "histogram",
      samples: this.#histogram.samples(),
    };
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
