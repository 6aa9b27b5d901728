/**
 * Networks together with what their inputs mean.
 *
 * @module
 */

import { Layout } from "../features/layout.ts";
import type { MetatokenVersion } from "../features/metatokens.ts";
import type { Graph } from "../nn/graph.ts";
import { decodeKann } from "../nn/kann.ts";
import { type InputTransform, outputsOf } from "../nn/predictor.ts";
import { vectorsOf } from "./inputs.ts";
import type { KnownNetwork } from "./job.ts";
import type { Pool } from "./pool.ts";

/** A network, and what its inputs mean. */
export interface NamedNetwork {
  graph: Graph;
  layout: Layout;
  transform?: InputTransform;
}

/**
 * Opens a network that a job brings along.
 *
 * @throws {import("../nn/graph.ts").NetworkError} when it is damaged
 */
export function openNetwork(
  { ann, symbols, transform }: KnownNetwork,
  metatokenVersion: MetatokenVersion,
): NamedNetwork {
  return {
    graph: decodeKann(ann),
    layout: new Layout(metatokenVersion, symbols),
    transform,
  };
}

/** What a network answers to some samples of a pool. */
export function answers(
  { graph, layout, transform }: NamedNetwork,
  pool: Pool,
  rows: Uint32Array,
): Float64Array {
  return outputsOf(graph, vectorsOf(pool, rows, layout), transform);
}
