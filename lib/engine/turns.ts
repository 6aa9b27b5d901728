/**
 * Long work that lets other work have its turn.
 *
 * @module
 */

/** How long work may go on before others have their turn. */
const TURN_MS = 10;

/** Divides work, which would keep everything else waiting, into short turns. */
export class Turns {
  #endsAt = performance.now() + TURN_MS;

  /**
   * Goes on at once, or, when the turn has been long enough, after others had
   * theirs: also requests that have just come, for which `setImmediate` leaves
   * no time, since Deno (2.8.3) reads from connections only where it waits.
   */
  async next(): Promise<void> {
    if (performance.now() < this.#endsAt) return;
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    this.#endsAt = performance.now() + TURN_MS;
  }
}
