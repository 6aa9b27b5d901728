/**
 * Who has sent wrong tokens.
 *
 * @module
 */

/** Wrong tokens of a network since some time. */
interface Failures {
  count: number;
  /** As `performance.now()` gives it. */
  forgottenAt: number;
}

/** How many wrong tokens a network may send in a minute. */
export const MOST_FAILURES = 10;

const WINDOW_MS = 60_000;

/** The oldest are forgotten when there are more. */
const MOST_NETWORKS = 4096;

/** Counts wrong tokens by network. */
export class FailedTokens {
  readonly #now: () => number;
  /** In the order in which they are forgotten. */
  readonly #byNetwork = new Map<string, Failures>();

  /** @param now a clock in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Milliseconds until a network may try again; 0 if it may now. */
  waitMs(network: string): number {
    const failures = this.#of(network);
    return failures && failures.count >= MOST_FAILURES
      ? failures.forgottenAt - this.#now()
      : 0;
  }

  /**
   * Notes a wrong token, before anybody knows that it is wrong.
   *
   * @returns whether it is the last one that the network may send
   */
  add(network: string): boolean {
    const failures = this.#of(network);
    if (failures) return ++failures.count === MOST_FAILURES;
    if (this.#byNetwork.size >= MOST_NETWORKS) {
      const [oldest] = this.#byNetwork.keys();
      this.#byNetwork.delete(oldest);
    }
    const forgottenAt = this.#now() + WINDOW_MS;
    this.#byNetwork.set(network, { count: 1, forgottenAt });
    return false;
  }

  /** Takes back what was noted of a token that turned out to be right. */
  remove(network: string): void {
    const failures = this.#of(network);
    if (failures) failures.count--;
  }

  /** How many networks are remembered. */
  get size(): number {
    return this.#byNetwork.size;
  }

  #of(network: string): Failures | undefined {
    const failures = this.#byNetwork.get(network);
    if (failures && failures.forgottenAt > this.#now()) return failures;
    this.#byNetwork.delete(network);
    return undefined;
  }
}
