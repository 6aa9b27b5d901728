/**
 * Names as values of labels, of which there is a bound: each costs Prometheus
 * memory for as long as it keeps them.
 *
 * @module
 */

/** Stands for all names that are too many. */
export const OTHER = "other";

const MOST_CHARACTERS = 100;

/**
 * A name as the value of a label. What is no text, or would end a line, is
 * replaced; different names may come to the same.
 */
export function labelValue(name: string): string {
  return name.slice(0, MOST_CHARACTERS).toWellFormed()
    .replaceAll(/\p{Cc}/gu, "\ufffd");
}

/** The first names that come have a value of their own. */
export class LabelValues {
  readonly #most: number;
  readonly #byName = new Map<string, string>();

  /** @param most how many have */
  constructor(most: number) {
    this.#most = most;
  }

  /** The value of a name. */
  of(name: string): string {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    if (this.#byName.size >= this.#most) return OTHER;
    const value = labelValue(name);
    this.#byName.set(name, value);
    return value;
  }
}
