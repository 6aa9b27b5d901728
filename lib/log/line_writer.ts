/**
 * Writes lines to where they may not be taken.
 *
 * @module
 */

import { setTimeout as wait } from "node:timers/promises";

/** Where lines are written. */
export interface LineSink {
  /** Writes some of the bytes, and tells how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Most characters of lines that wait to be written. */
const MOST_WAITING = 1 << 20;
/** Characters that are written at once. */
const CHUNK = 1 << 16;
/** How long to wait where the other side has no room, and says so at once. */
const RETRY_MS = 50;

/**
 * Writes lines in order, without anybody having to wait for it: a pipe that
 * nobody reads, or a disk that is full, holds up nothing. What cannot be
 * written is counted, and told when writing works again.
 */
export class LineWriter {
  readonly #sink: LineSink;
  readonly #notice: (lines: number, reason: string) => string;
  readonly #encoder = new TextEncoder();
  #lines: string[] = [];
  #characters = 0;
  #writing: Promise<void> | undefined;
  #lost = 0;
  #reason = "";
  /** Whether what was written last ended within a line. */
  #isWithinLine = false;

  /** @param notice makes the line which says that so many were lost, and why */
  constructor(
    sink: LineSink,
    notice: (lines: number, reason: string) => string,
  ) {
    this.#sink = sink;
    this.#notice = notice;
  }

  /** Writes a line, which has no end, as soon as that is possible. */
  write(line: string): void {
    if (this.#characters + line.length > MOST_WAITING) {
      return this.#lose(1, "they were not taken fast enough");
    }
    this.#lines.push(line);
    this.#characters += line.length;
    this.#writing ??= this.#writeAll();
  }

  /** Waits until all is written, but not longer than that. */
  async flush(withinMs: number): Promise<void> {
    const late = new AbortController();
    const timeout = wait(withinMs, undefined, { signal: late.signal })
      .catch(() => {});
    await Promise.race([this.#writing, timeout]);
    late.abort();
  }

  #lose(lines: number, reason: string): void {
    this.#lost += lines;
    this.#reason = reason;
  }

  async #writeAll(): Promise<void> {
    // What is said in one go is written in one go.
    await Promise.resolve();
    while (this.#lines.length > 0) {
      const lines = this.#take();
      const lost = this.#lost;
      const notice = lost > 0 ? [this.#notice(lost, this.#reason)] : [];
      try {
        await this.#writeLines([...notice, ...lines]);
        this.#lost -= lost;
      } catch (error) {
        this.#lose(lines.length, (error as Error).message);
      }
    }
    this.#writing = undefined;
  }

  #take(): string[] {
    let size = 0;
    const end = this.#lines.findIndex((line) => (size += line.length) > CHUNK);
    const lines = this.#lines.splice(0, end < 0 ? Infinity : Math.max(1, end));
    this.#characters -= lines.reduce((sum, { length }) => sum + length, 0);
    return lines;
  }

  async #writeLines(lines: string[]): Promise<void> {
    const begin = this.#isWithinLine ? "\n" : "";
    const bytes = this.#encoder.encode(`${begin}${lines.join("\n")}\n`);
    for (let at = 0; at < bytes.length;) {
      try {
        at += await this.#sink.write(bytes.subarray(at));
        this.#isWithinLine = at < bytes.length;
      } catch (error) {
        if (!(error instanceof Deno.errors.WouldBlock)) throw error;
        await wait(RETRY_MS);
      }
    }
  }
}
