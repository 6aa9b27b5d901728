/**
 * How much memory a process has over time.
 *
 * @module
 */

import { residentBytes } from "../daemon/resident.ts";
import { quantile } from "./load/tally.ts";

const SAMPLE_MS = 250;

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

/**
 * Compares the memory at the end of rounds that are alike with that at their
 * beginning: a fifth of them each, after the first fifth, which warms up. Of a
 * single round its halves are compared.
 *
 * @param begins of the rounds, and the end of the last one
 */
export function growthOf(
  memory: Memory,
  begins: readonly number[],
): { factor: number; text: string } {
  const rounds = begins.length - 1;
  const some = Math.ceil(rounds / 5);
  const half = (begins[0] + begins[1]) / 2;
  const [before, after] = rounds === 1
    ? [memory.median(begins[0], half), memory.median(half, begins[1])]
    : [
      memory.median(begins[some], begins[2 * some]),
      memory.median(begins[rounds - some], begins[rounds]),
    ];
  const inMib = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
  const each = begins.slice(1)
    .map((end, i) => inMib(memory.median(begins[i], end)));
  const percent = (100 * (after / before - 1)).toFixed(1);
  return {
    factor: after / before,
    text: `${inMib(before)} MiB, at the end ${inMib(after)} (${percent} %); ` +
      `by round ${each.join(", ")}`,
  };
}
