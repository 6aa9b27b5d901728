/**
 * Models for other symbols than they were trained for.
 *
 * @module
 */

import { Layout } from "../features/layout.ts";
import { encodeKann } from "../nn/kann.ts";
import { withInputs } from "../nn/inputs.ts";
import { compress } from "../zstd.ts";
import type { ModelFields } from "../store/store.ts";
import type { Model } from "./model.ts";

/**
 * Carries a model over to other symbols: those that it knows keep their
 * weights, new ones weigh nothing, and the others are forgotten.
 *
 * @param stored its fields as they are stored; most stay as they are
 * @param symbols sorted
 * @returns nothing where the network does more to its inputs than to weigh them
 */
export function carriedOver(
  { graph, layout, transform }: Model,
  stored: ModelFields,
  symbols: readonly string[],
): ModelFields | undefined {
  if (transform.normalization || transform.projection) return undefined;
  const inputOf = new Layout(layout.version, symbols).elementsOf(layout);
  const network = withInputs(graph, inputOf);
  return network && { ...stored, ann: compress(encodeKann(network)) };
}
