/**
 * How much memory a process has over time.
 *
 * @module
 */

import { quantile } from "./load/tally.ts";

const SAMPLE_MS = 250;
const KIB = 1024;

/** A look at the memory of a process. */
interface Look {
  at: number;
  bytes: number;
}

/** Looks at the memory of a process again and again. */
export class Memory implements Disposable {
  readonly #looks: Look[] = [];
  readonly #timer: ReturnType<typeof setInterval>;

  /** @param pid of the process, if it runs; it may become another one */
  constructor(pid: () => number | undefined) {
    this.#timer = setInterval(() => {
      const bytes = residentBytes(pid());
      if (bytes > 0) this.#looks.push({ at: performance.now(), bytes });
    }, SAMPLE_MS);
  }

  /** The median between two times, by `performance.now()`. */
  median(from: number, to: number): number {
    const bytes = this.#looks
      .filter(({ at }) => at >= from && at < to)
      .map(({ bytes }) => bytes);
    return quantile(bytes, 0.5);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** What a process has in memory; 0 where there is none. */
function residentBytes(pid: number | undefined): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return KIB * Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
