/**
 * Why a model answers what it answers.
 *
 * @module
 */

import type { SparseVector } from "../nn/sparse.ts";
import type { Model } from "./model.ts";

/** How much one feature moved the output. */
export interface Contribution {
  /** A symbol, a metatoken, or `base`: the output for an empty scan. */
  name: string;
  /** Its value in the vector; absent for `base`. */
  value?: number;
  /** All of them sum to the output. */
  contribution: number;
}

/**
 * What moved the output for a vector, the strongest first.
 *
 * @param most how many to give
 * @returns nothing for a network of which one operator has no derivative
 */
export function contributionsTo(
  { layout, predictor }: Model,
  vector: SparseVector,
  most: number,
): Contribution[] | undefined {
  const explained = predictor.contributions?.(vector);
  if (!explained) return undefined;
  const all: Contribution[] = [...explained.values].map((contribution, k) => ({
    name: layout.nameAt(vector.indices[k]),
    value: vector.values[k],
    contribution,
  }));
  all.push({ name: "base", contribution: explained.base });
  all.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  return all.slice(0, most);
}
