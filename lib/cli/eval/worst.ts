/**
 * The messages that a judge got most wrong.
 *
 * @module
 */

import { MAIL_CLASSES, type MailClass } from "../../features/mail_class.ts";
import type { PlacedScan } from "../labelled_file.ts";

/** A message with what was said of it. */
export interface JudgedScan {
  scan: PlacedScan;
  output: number;
}

/**
 * Keeps the most wrong of each class, for the threshold that decides who is
 * wrong may only be known at the end.
 */
export class Worst {
  readonly #most: number;
  /** The most wrong first. */
  readonly #kept: Record<MailClass, JudgedScan[]> = { spam: [], ham: [] };

  /** @param most how many are asked for at the end; 0 for none */
  constructor(most: number) {
    this.#most = most;
  }

  /** Takes note of a message. */
  add(scan: PlacedScan, output: number): void {
    if (this.#most === 0) return;
    const kept = this.#kept[scan.class];
    const isFull = kept.length === this.#most;
    const judged = { scan, output };
    if (isFull && !(distance(judged) > distance(kept.at(-1)!))) return;
    const at = kept.findIndex((one) => distance(judged) > distance(one));
    kept.splice(at < 0 ? kept.length : at, 0, judged);
    if (kept.length > this.#most) kept.pop();
  }

  /**
   * Those on the wrong side of a threshold, the farthest from it first.
   *
   * @param threshold least output that counts as spam
   */
  beyond(threshold: number): JudgedScan[] {
    return MAIL_CLASSES.flatMap((name) => this.#kept[name])
      .filter(({ scan, output }) =>
        (output >= threshold) !== (scan.class === "spam")
      )
      .sort((a, b) => distance(b, threshold) - distance(a, threshold))
      .slice(0, this.#most);
  }
}

/** How far an output is on the wrong side; below 0 on the right one. */
function distance({ scan, output }: JudgedScan, threshold = 0): number {
  // An infinite threshold is no place to measure from.
  const from = Number.isFinite(threshold) ? threshold : 0;
  return scan.class === "spam" ? from - output : output - from;
}
