/**
 * What a pool will hold.
 *
 * @module
 */

import type { ClassCounts, MailClass } from "../features/mail_class.ts";
import type { Sample } from "../store/store.ts";

/**
 * How many fresh samples the pool will hold, with those of a batch. A sample
 * that the pool had before counts once more: only the store knows them.
 */
export class Forecast {
  /** By class. */
  readonly fresh: ClassCounts;
  #classes = new Map<string, MailClass>();

  /** @param fresh how many there are now; it counts on */
  constructor(fresh: ClassCounts) {
    this.fresh = fresh;
  }

  /** Counts a sample that is to be added. */
  add({ class: mailClass, features }: Sample): void {
    const key = features.toBase64();
    const before = this.#classes.get(key);
    if (before === mailClass) return;
    if (before) this.fresh[before]--;
    this.fresh[mailClass]++;
    this.#classes.set(key, mailClass);
  }
}
