/**
 * From named features to vectors and back.
 *
 * @module
 */

import { type SparseVector, toDense } from "../nn/sparse.ts";
import type { Features } from "./features.ts";
import { metatokenNames, type MetatokenVersion } from "./metatokens.ts";

/**
 * What each element of a vector means: the metatokens of a version first, then
 * the symbols of a profile in their order.
 */
export class Layout {
  /** Which metatokens the vectors begin with. */
  readonly version: MetatokenVersion;
  /** Names of the symbols, in order. */
  readonly symbols: readonly string[];
  #metatokens: number;
  #positions: Map<string, number>;

  /**
   * Lays vectors out.
   *
   * @param symbols unique and sorted, as in a profile
   */
  constructor(version: MetatokenVersion, symbols: readonly string[]) {
    this.version = version;
    this.symbols = symbols;
    this.#metatokens = metatokenNames(version).length;
    this.#positions = new Map(
      symbols.map((name, i) => [name, this.#metatokens + i]),
    );
  }

  /** Length of the vectors. */
  get length(): number {
    return this.#metatokens + this.symbols.length;
  }

  /** What the element at a position means. */
  nameAt(position: number): string {
    return position < this.#metatokens
      ? metatokenNames(this.version)[position]
      : this.symbols[position - this.#metatokens];
  }

  /** Where a symbol stands, or `undefined` if the profile lacks it. */
  positionOf(symbol: string): number | undefined {
    return this.#positions.get(symbol);
  }

  /**
   * For each element the one of another layout that means the same, or −1.
   *
   * @param other with the same metatokens
   */
  elementsOf(other: Layout): Int32Array {
    return Int32Array.from(
      { length: this.length },
      (_, i) =>
        i < this.#metatokens ? i : other.positionOf(this.nameAt(i)) ?? -1,
    );
  }

  /**
   * Makes a vector. Symbols that the profile lacks are left out, and so are
   * metatokens of another version: the same names measure something else.
   */
  vectorOf(features: Features): SparseVector {
    const indices: number[] = [];
    const values: number[] = [];
    if (features.version === this.version) {
      for (let i = 0; i < features.metatokens.length; i++) {
        if (features.metatokens[i] === 0) continue;
        indices.push(i);
        values.push(features.metatokens[i]);
      }
    }
    for (let i = 0; i < features.symbols.length; i++) {
      const position = this.#positions.get(features.symbols[i]);
      if (position === undefined) continue;
      indices.push(position);
      values.push(features.values[i]);
    }
    return { length: this.length, indices, values };
  }

  /** Makes a whole vector, with its zeros. */
  wholeVectorOf(features: Features): Float64Array {
    return toDense(this.vectorOf(features));
  }

  /**
   * Names the elements of a whole vector, as rspamd's `/plugins/neural/learn`
   * takes them.
   *
   * @throws {RangeError} when it has another length
   */
  featuresOf(vector: readonly number[]): Features {
    if (vector.length !== this.length) {
      throw new RangeError(
        `a vector of ${vector.length} elements; ${this.length} are needed: ${this.#metatokens} metatokens and ${this.symbols.length} symbols`,
      );
    }
    const fired = this.symbols.flatMap((name, i) => {
      const value = vector[this.#metatokens + i];
      return value === 0 ? [] : [{ name, value }];
    });
    return {
      version: this.version,
      metatokens: vector.slice(0, this.#metatokens),
      symbols: fired.map(({ name }) => name),
      values: fired.map(({ value }) => value),
    };
  }
}
