/**
 * Networks between two others.
 *
 * @module
 */

import { sameShape } from "./architectures.ts";
import { type Graph, LEAF } from "./graph.ts";

/**
 * Puts the weights of two networks together (rspamd `kann_merge_weights`).
 *
 * @param share of the first one, from 0 to 1; the second has the rest
 * @returns nothing where the networks differ in more than their weights
 */
export function interpolated(
  first: Graph,
  second: Graph,
  share: number,
): Graph | undefined {
  if (!sameShape(first, second)) return undefined;
  return {
    nodes: first.nodes.map((node, at) => {
      const other = second.nodes[at];
      if (node.kind !== "leaf" || other.kind !== "leaf") return node;
      const isWeight = (node.flag & LEAF.variable) !== 0;
      if (!isWeight || !node.values || !other.values) return node;
      const values = node.values.map((value, i) =>
        share * value + (1 - share) * other.values![i]
      );
      return { ...node, values };
    }),
  };
}
