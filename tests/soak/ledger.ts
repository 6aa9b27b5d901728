/**
 * What a daemon has acknowledged, and whether its store has it.
 *
 * @module
 */

import type { KeptSample } from "../faults/numbers.ts";
import type { Acknowledged } from "./load/protocol.ts";

/** A message that was acknowledged. */
interface Entry {
  sentAt: number;
  /** Of its sample, once it was found in the store. */
  id?: number;
}

/**
 * Accounts for every acknowledged message: it is in the store, or has made room
 * for so many newer ones of its class as the store retains.
 */
export class Ledger {
  /** How many messages have ever been acknowledged. */
  acknowledged = 0;
  readonly #retained: number;
  readonly #entries = new Map<number, Entry>();
  #beginning = 0;

  /** @param retained how many samples of a class stay after a training */
  constructor(retained: number) {
    this.#retained = retained;
  }

  /** Takes note of a message that was acknowledged. */
  add({ number, sentAt }: Acknowledged): void {
    this.acknowledged++;
    if (sentAt > this.#beginning) this.#entries.set(number, { sentAt });
  }

  /** The store that had what was sent before some time is no more. */
  forgetUntil(at: number): void {
    this.#beginning = at;
    for (const [number, entry] of this.#entries) {
      if (entry.sentAt <= at) this.#entries.delete(number);
    }
  }

  /**
   * Looks at what a store has of all that was acknowledged before.
   *
   * @returns the numbers of those that are lost, which are forgotten
   */
  async audit(
    look: () => Promise<Map<number, KeptSample>>,
  ): Promise<number[]> {
    const entries = [...this.#entries];
    const kept = await look();
    const newer = new Newer(kept.values());
    const lost: number[] = [];
    for (const [number, entry] of entries) {
      const sample = kept.get(number);
      if (sample) {
        entry.id = sample.id;
        continue;
      }
      this.#entries.delete(number);
      const hasMadeRoom = entry.id !== undefined &&
        newer.count(number % 2 === 0, entry.id) >= this.#retained;
      if (!hasMadeRoom) lost.push(number);
    }
    return lost;
  }
}

/** How many samples of a class are newer than one. */
class Newer {
  readonly #spam: number[] = [];
  readonly #ham: number[] = [];

  constructor(samples: Iterable<KeptSample>) {
    for (const { id, isSpam } of samples) {
      (isSpam ? this.#spam : this.#ham).push(id);
    }
    this.#spam.sort((a, b) => b - a);
    this.#ham.sort((a, b) => b - a);
  }

  count(isSpam: boolean, id: number): number {
    const ids = isSpam ? this.#spam : this.#ham;
    const at = ids.findIndex((other) => other <= id);
    return at < 0 ? ids.length : at;
  }
}
