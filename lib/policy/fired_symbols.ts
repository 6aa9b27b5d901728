/**
 * The symbols of a scan, to be asked for by name.
 *
 * @module
 */

import type { Scan } from "../features/scan.ts";

/** What a symbol that fired without a score counts in expressions, at least. */
const LEAST_VALUE = 0.001;

/** Which symbols fired, and with which scores. */
export class FiredSymbols {
  readonly #scores: ReadonlyMap<string, number>;

  /** @param scan its symbols without scores count as 0 */
  constructor({ symbols }: Scan) {
    this.#scores = new Map(
      symbols.map(({ name, score = 0 }) => [name, score]),
    );
  }

  /** Whether a symbol fired. */
  has(name: string): boolean {
    return this.#scores.has(name);
  }

  /** What a symbol added to the total; 0 if it did not fire. */
  scoreOf(name: string): number {
    return this.#scores.get(name) ?? 0;
  }

  /**
   * The value of a symbol in expressions, as in rspamd's autolearn: 0 if it did
   * not fire, or else its score without its sign, and at least 0.001.
   */
  readonly valueOf = (name: string): number => {
    const score = this.#scores.get(name);
    return score === undefined ? 0 : Math.max(Math.abs(score), LEAST_VALUE);
  };
}
