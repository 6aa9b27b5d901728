/**
 * Progress bars.
 *
 * @module
 */

import type { Terminal } from "./terminal.ts";

const WIDTH = 24;
/** No eye follows more than this. */
const LEAST_MS_BETWEEN = 50;

/** A bar that grows on a terminal, and is nothing in a pipe. */
export class ProgressBar {
  #terminal: Terminal;
  #label: string;
  #drawnAt = 0;

  /** @param label what is going on */
  constructor(terminal: Terminal, label: string) {
    this.#terminal = terminal;
    this.#label = label;
  }

  /** Shows how far it is; only a count where there is no total. */
  update(done: number, total?: number, remark = ""): void {
    const now = performance.now();
    if (now - this.#drawnAt < LEAST_MS_BETWEEN && done !== total) return;
    this.#drawnAt = now;
    const figures = total === undefined
      ? `${done}`
      : `${bar(done, total)} ${done}/${total}`;
    this.#terminal.status(`${this.#label} ${figures} ${remark}`.trimEnd());
  }

  /** Takes the bar away. */
  end(): void {
    this.#terminal.status("");
  }
}

function bar(done: number, total: number): string {
  const filled = total ? Math.round(WIDTH * Math.min(1, done / total)) : 0;
  return `[${"#".repeat(filled)}${".".repeat(WIDTH - filled)}]`;
}
