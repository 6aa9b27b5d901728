/**
 * A gate that lets in a few at a time.
 *
 * @module
 */

/** Lets a bounded number of tasks run at a time; others wait in order. */
export class Gate {
  readonly #places: number;
  readonly #mostWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  /**
   * @param places how many may run at a time
   * @param mostWaiting how many may wait; more are turned away
   */
  constructor(places: number, mostWaiting: number) {
    this.#places = places;
    this.#mostWaiting = mostWaiting;
  }

  /**
   * Runs a task when there is a place for it.
   *
   * @throws {Error} when too many wait already, and what the task throws
   */
  async run<T>(task: () => T | Promise<T>): Promise<T> {
    if (this.#inside < this.#places) this.#inside++;
    else await this.#place();
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      // The place is handed on.
      if (next) next();
      else this.#inside--;
    }
  }

  #place(): Promise<void> {
    if (this.#waiting.length >= this.#mostWaiting) {
      throw new Error(`more than ${this.#mostWaiting} wait for an answer`);
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
