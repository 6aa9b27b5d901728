/**
 * What a network that is ready to answer can do.
 *
 * @module
 */

import { NetworkError } from "../graph.ts";
import type { Normalization } from "../normalization.ts";
import type { Projection } from "../pca.ts";
import type { SparseVector } from "../sparse.ts";

/** What is done to a vector before the network sees it, in this order. */
export interface InputTransform {
  /** First of all. */
  normalization?: Normalization;
  /** After that; the network then has as many inputs as it has rows. */
  projection?: Projection;
}

/** How much each element of a vector moved the output. */
export interface Contributions {
  /** What the network answers to the vector of zeros. */
  base: number;
  /** One for each entry of the sparse vector; with `base` they sum to the output. */
  values: Float64Array;
}

/** Answers vectors. */
export interface Predictor {
  /** Length of the vectors that it takes. */
  readonly inputs: number;
  /**
   * The output for a vector, between −1 (ham) and 1 (spam).
   *
   * @throws {NetworkError} when the vector has the wrong length
   */
  output(vector: SparseVector): number;
  /** Why it is so; absent where an operator has no derivative. */
  contributions?(vector: SparseVector): Contributions;
}

/** Throws {@linkcode NetworkError} unless a vector has the right length. */
export function checkLength(vector: SparseVector, inputs: number): void {
  if (vector.length !== inputs) {
    throw new NetworkError(
      `the network takes vectors of ${inputs} elements, and this one has ${vector.length}`,
    );
  }
}

/** What unit normalisation multiplies the elements of a vector by. */
export function unitScale(
  { values }: Pick<SparseVector, "values">,
): number {
  let squares = 0;
  for (let k = 0; k < values.length; k++) squares += values[k] ** 2;
  return squares > 0 ? 1 / Math.sqrt(squares) : 1;
}
