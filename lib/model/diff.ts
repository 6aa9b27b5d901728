/**
 * What has changed from one model to another.
 *
 * @module
 */

import { collapse } from "../nn/affine.ts";
import type { Model } from "./model.ts";

/**
 * What is compared: the weight of each input, where both networks are weighted
 * sums; else how much each input moves the output if it alone is 1.
 */
export type Measure = "weight" | "contribution";

/** What has changed for one input. */
export interface InputChange {
  /** A symbol, or a metatoken. */
  name: string;
  /** Before; null where it was no input. */
  from: number | null;
  /** After; null where it is none any more. */
  to: number | null;
  /** From the one to the other, where no input counts as 0. */
  change: number;
}

/** What has changed from one model to another. */
export interface ModelDiff {
  measure: Measure;
  /** Of all inputs of either, the greatest change first. */
  changes: InputChange[];
}

/**
 * Compares what models make of their inputs.
 *
 * @returns nothing where a network cannot be explained
 */
export function compareModels(from: Model, to: Model): ModelDiff | undefined {
  const weights = both(from, to, weightsOf);
  const compared = weights ?? both(from, to, contributionsOf);
  if (!compared) return undefined;
  const [before, after] = compared;
  const names = new Set([...before.keys(), ...after.keys()]);
  const changes = [...names].map((name): InputChange => {
    const from = before.get(name) ?? null;
    const to = after.get(name) ?? null;
    return { name, from, to, change: (to ?? 0) - (from ?? 0) };
  });
  changes.sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
  return { measure: weights ? "weight" : "contribution", changes };
}

/** By the name of the input. */
type Measured = Map<string, number>;

function both(
  from: Model,
  to: Model,
  measure: (model: Model) => Measured | undefined,
): [Measured, Measured] | undefined {
  const before = measure(from);
  const after = before && measure(to);
  return after && [before, after];
}

/** What each input is multiplied by, before the sum is squashed. */
function weightsOf({ graph, transform, layout }: Model): Measured | undefined {
  const { normalization, projection } = transform;
  if (projection || normalization?.mode === "unit") return undefined;
  const affine = collapse(graph);
  if (!affine) return undefined;
  return byName(layout, (i) => {
    const { weights } = affine;
    return normalization ? weights[i] / normalization.std[i] : weights[i];
  });
}

/** How much each input moves the output if it alone is 1. */
function contributionsOf({ predictor, layout }: Model): Measured | undefined {
  if (!predictor.contributions) return undefined;
  const { length } = layout;
  return byName(layout, (i) => {
    const alone = { length, indices: [i], values: [1] };
    return predictor.contributions!(alone).values[0];
  });
}

function byName(
  layout: Model["layout"],
  measure: (input: number) => number,
): Measured {
  return new Map(
    Array.from(
      { length: layout.length },
      (_, i) => [layout.nameAt(i), measure(i)],
    ),
  );
}
