/**
 * What a network is trained on: which symbols, and what is done to vectors.
 *
 * @module
 */

import type { Layout } from "../features/layout.ts";
import { sortedNames } from "../features/symbol_names.ts";
import { type Dataset, select } from "../nn/dataset.ts";
import { fitNormalization } from "../nn/normalization_fit.ts";
import { fitProjection } from "../nn/pca_fit.ts";
import type { InputTransform } from "../nn/predictor.ts";
import type { TrainingJob } from "./job.ts";
import { columnsIn, type Pool } from "./pool.ts";

/**
 * Most symbols that are taken from the samples, the most frequent ones. The
 * hidden layer grows with them: of the symbol network, this many make 6 million
 * weights.
 */
const MOST_SYMBOLS = 2000;

/**
 * The symbols that become inputs: as configured, or else those that occur, and
 * those that are known.
 *
 * @param known those of the network that the training goes on from
 */
export function inputSymbols(
  { symbols, excluded }: Pick<TrainingJob, "symbols" | "excluded">,
  pool: Pool,
  known: readonly string[] = [],
): string[] {
  const without = new Set(excluded);
  const isUsable = (name: string) => !without.has(name);
  if (symbols) return sortedNames(symbols.filter(isUsable));
  const frequent = pool.symbols.map((name, i) => ({
    name,
    count: pool.counts[i],
  }))
    .filter(({ name }) => isUsable(name))
    .sort((a, b) => b.count - a.count)
    .map(({ name }) => name);
  return sortedNames(
    [...new Set([...frequent, ...known.filter(isUsable)])]
      .slice(0, MOST_SYMBOLS),
  );
}

/** Some samples of a pool as vectors of a layout. */
export function vectorsOf(
  pool: Pool,
  rows: Uint32Array,
  layout: Layout,
): Dataset {
  return select(pool.data, rows, columnsIn(layout, pool), layout.length);
}

/**
 * Finds what is to be done to vectors before the network sees them.
 *
 * @param data those that it is trained on
 * @throws {import("../nn/transform.ts").DatasetSizeError} when they are too long
 * to be projected
 */
export function fitTransform(
  { normalization: mode, maxInputs }: Pick<
    TrainingJob,
    "normalization" | "maxInputs"
  >,
  data: Dataset,
): InputTransform {
  const normalization = mode === undefined || mode === "none"
    ? undefined
    : fitNormalization(data, mode);
  const projection = maxInputs !== undefined && maxInputs < data.inputs
    ? fitProjection(data, maxInputs, normalization)
    : undefined;
  return { normalization, projection };
}
