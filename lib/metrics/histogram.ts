/**
 * Histograms with fixed buckets.
 *
 * @module
 */

import type { Family, Labels, Sample } from "./family.ts";

/** Counts observations by how large they are. */
export class Histogram {
  readonly #bounds: readonly number[];
  /** Of each bucket alone, and of what is beyond the last. */
  readonly #counts: Float64Array;
  #sum = 0;

  /** @param bounds upper ones, which belong to their buckets, in order */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  /** Notes one. */
  observe(value: number): void {
    const bounds = this.#bounds;
    let i = 0;
    while (i < bounds.length && value > bounds[i]) i++;
    this.#counts[i]++;
    this.#sum += value;
  }

  /** What was observed so far. */
  samples(labels: Labels = {}): Sample[] {
    let count = 0;
    const buckets = Array.from(this.#counts, (inBucket, i): Sample => {
      count += inBucket;
      const le = i < this.#bounds.length ? String(this.#bounds[i]) : "+Inf";
      return { suffix: "_bucket", labels: { ...labels, le }, value: count };
    });
    return [
      ...buckets,
      { suffix: "_sum", labels, value: this.#sum },
      { suffix: "_count", labels, value: count },
    ];
  }
}

/** Histograms of the same, by the value of one label, of which there are few. */
export class Histograms {
  readonly #name: string;
  readonly #help: string;
  readonly #label: string;
  readonly #bounds: readonly number[];
  readonly #byValue = new Map<string, Histogram>();

  /** @param bounds as {@linkcode Histogram} takes them */
  constructor(
    name: string,
    help: string,
    label: string,
    bounds: readonly number[],
  ) {
    this.#name = name;
    this.#help = help;
    this.#label = label;
    this.#bounds = bounds;
  }

  /** Notes one. */
  observe(value: string, observed: number): void {
    let histogram = this.#byValue.get(value);
    if (!histogram) {
      histogram = new Histogram(this.#bounds);
      this.#byValue.set(value, histogram);
    }
    histogram.observe(observed);
  }

  /** What was observed so far. */
  family(): Family {
    const samples = [...this.#byValue].flatMap(([value, histogram]) =>
      histogram.samples({ [this.#label]: value })
    );
    return { name: this.#name, help: this.#help, type: "histogram", samples };
  }
}
