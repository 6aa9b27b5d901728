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

  /** Shows how far it is; the total is unknown where it is left out. */
  update(done: number, total?: number, remark = ""): void {
    const now = performance.now();
    if (now - this.#drawnAt < LEAST_MS_BETWEEN && done !== total) return;
    this.#drawnAt = now;
    const figures = total === undefined ? `${done}` : `${done}/${total}`;
    this.#terminal.status(
      `${this.#label} ${bar(done, total)} ${figures} ${remark}`.trimEnd(),
    );
  }

  /** Takes the bar away. */
  end(): void {
    this.#terminal.status("");
  }
}

function bar(done: number, total: number | undefined): string {
  const filled = total ? Math.round(WIDTH * Math.min(1, done / total)) : 0;
  return `[${"#".repeat(filled)}${".".repeat(WIDTH - filled)}]`;
}
