/**
 * Long work that lets other work have its turn.
 *
 * @module
 */

import { setImmediate } from "node:timers";

/** How long work may go on before others have their turn. */
const TURN_MS = 10;

/** Divides work, which would keep everything else waiting, into short turns. */
export class Turns {
  #endsAt = performance.now() + TURN_MS;

  /**
   * Goes on at once, or, when the turn has been long enough, after others had
   * theirs: also requests that have just come.
   */
  async next(): Promise<void> {
    if (performance.now() < this.#endsAt) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#endsAt = performance.now() + TURN_MS;
  }
}
