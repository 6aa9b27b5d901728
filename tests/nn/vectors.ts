/** Arbitrary vectors, and what may be done to them before a network. */

import fc from "fast-check";
import { type Graph, inputSize } from "../../lib/nn/graph.ts";
import { type Normalization, normalize } from "../../lib/nn/normalization.ts";
import type { Projection } from "../../lib/nn/pca.ts";
import type { InputTransform } from "../../lib/nn/predictor.ts";
import { arbitraryWeights } from "./graphs.ts";

const element = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.double({ min: -2, max: 2, noNaN: true }) },
);

/** Whole vectors, of which many elements are 0. */
export function vectorsOf(inputs: number): fc.Arbitrary<number[]> {
  return fc.array(element, { minLength: inputs, maxLength: inputs });
}

/** All ways to normalise, and none. */
export function normalizations(
  inputs: number,
): fc.Arbitrary<Normalization | undefined> {
  const numbers = (min: number, max: number) =>
    fc.float64Array({
      min,
      max,
      noNaN: true,
      minLength: inputs,
      maxLength: inputs,
    });
  return fc.oneof(
    fc.constant(undefined),
    fc.constant<Normalization>({ mode: "unit" }),
    fc.record({
      mode: fc.constant("zscore" as const),
      mean: numbers(-1, 1),
      std: numbers(0.25, 4),
    }),
  );
}

/** Matrices that make vectors of some length into others. */
export function projections(
  rows: number,
  columns: number,
): fc.Arbitrary<Projection> {
  return arbitraryWeights(rows, columns)
    .map((data) => ({ rows, columns, data: Float32Array.from(data) }));
}

/** What a network is given for a vector: computed the long way. */
export function transformed(
  vector: readonly number[],
  { normalization, projection }: InputTransform,
): Float64Array {
  const dense = Float64Array.from(vector);
  if (normalization) normalize(dense, normalization);
  if (!projection) return dense;
  const { rows, columns, data } = projection;
  return Float64Array.from({ length: rows }, (_, row) => {
    const weights = data.subarray(row * columns, (row + 1) * columns);
    return weights.reduce((sum, weight, k) => sum + weight * dense[k], 0);
  });
}

/** A network, a vector for it, and how that is normalised. */
export function casesOf(graphs: fc.Arbitrary<Graph>): fc.Arbitrary<{
  graph: Graph;
  vector: number[];
  normalization: Normalization | undefined;
}> {
  return graphs.chain((graph) => {
    const inputs = inputSize(graph);
    return fc.record({
      graph: fc.constant(graph),
      vector: vectorsOf(inputs),
      normalization: normalizations(inputs),
    });
  });
}
