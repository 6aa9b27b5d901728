/**
 * What goes on in the background of a test.
 *
 * @module
 */

/** Work that goes on until it is stopped, or fails. */
export abstract class Background {
  #isStopped = false;
  #ended: Promise<void> = Promise.resolve();
  #failure?: { error: unknown };

  /** Whether it is to end. */
  protected get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Takes note of work that was begun. */
  protected run(...work: Promise<void>[]): void {
    this.#ended = Promise.all(work).then(() => {});
    this.#ended.catch((error) => this.#failure = { error });
  }

  /** @throws what it has failed with, if it has */
  check(): void {
    if (this.#failure) throw this.#failure.error;
  }

  /**
   * Ends it, and waits for that.
   *
   * @throws (as a rejection) what it has failed with
   */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#ended;
  }

  /** Ends it; what it has failed with is for whoever stops it before. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop().catch(() => {});
  }
}
