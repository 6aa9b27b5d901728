/**
 * Counters that are told apart by labels.
 *
 * @module
 */

import { counter, type Family, type Sample } from "./family.ts";

/** Counts something by the values of labels, of which there must be few. */
export class Counter<Label extends string> {
  readonly #name: string;
  readonly #help: string;
  readonly #labels: readonly Label[];
  readonly #samples = new Map<string, Sample>();

  /**
   * @param name ends in `_total`
   * @param help what is counted
   */
  constructor(name: string, help: string, labels: readonly Label[]) {
    this.#name = name;
    this.#help = help;
    this.#labels = labels;
  }

  /** Adds to the count; 0 makes it known before it has anything to count. */
  add(labels: Readonly<Record<Label, string>>, by = 1): void {
    const key = this.#labels.map((label) => labels[label]).join("\n");
    const sample = this.#samples.get(key);
    if (sample) sample.value += by;
    else this.#samples.set(key, { labels: { ...labels }, value: by });
  }

  /** What was counted so far. */
  family(): Family {
    return counter(this.#name, this.#help, [...this.#samples.values()]);
  }
}
