/**
 * Models that are made of two.
 *
 * @module
 */

import { Layout } from "../features/layout.ts";
import { sortedNames } from "../features/symbol_names.ts";
import { withInputs } from "../nn/inputs.ts";
import { interpolated } from "../nn/interpolate.ts";
import { encodeKann } from "../nn/kann.ts";
import type { Model } from "./model.ts";

/** A network that is made of two. */
export interface MergedNetwork {
  /** What its inputs mean after the metatokens, sorted. */
  symbols: readonly string[];
  /** In KANN's format. */
  ann: Uint8Array<ArrayBuffer>;
}

/** How two models are made one. */
export interface MergeOptions {
  /** Share of the first one, from 0 to 1; the second has the rest. */
  share: number;
  /** Those to have, sorted; all that either has, unless given. */
  symbols?: readonly string[];
}

/**
 * Interpolates the weights of two models. Inputs belong together by the names
 * of their symbols: to a symbol that only one knows, the other gives no weight.
 *
 * @returns why they cannot be merged, where a text is returned
 */
export function merged(
  first: Model,
  second: Model,
  { share, symbols }: MergeOptions,
): MergedNetwork | string {
  if (first.layout.version !== second.layout.version) {
    return "they are for different metatokens";
  }
  if (!isPlain(first) || !isPlain(second)) {
    return "their vectors are scaled or projected, each in its own way";
  }
  const names = symbols ?? sortedNames(
    [...new Set([...first.layout.symbols, ...second.layout.symbols])],
  );
  const layout = new Layout(first.layout.version, names);
  const [one, other] = [first, second].map(({ graph, layout: own }) =>
    withInputs(graph, layout.elementsOf(own))
  );
  const network = one && other && interpolated(one, other, share);
  if (!network) return "their architectures differ";
  return { symbols: names, ann: encodeKann(network) };
}

/** Whether the network sees vectors as they are. */
function isPlain({ transform }: Model): boolean {
  return !transform.normalization && !transform.projection;
}
