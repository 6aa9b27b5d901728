import { assert, assertEquals } from "@std/assert";
import {
  embeddingDropouts,
  embeddingGraph,
  embeddingWidths,
  layersOf,
} from "../../lib/nn/architectures.ts";
import { type Graph, type GraphNode, OP } from "../../lib/nn/graph.ts";
import { decodeKann, encodeKann } from "../../lib/nn/kann.ts";
import { kannFixtures } from "./kann_fixtures.ts";

Deno.test("an embedding network is as wide as rspamd makes it", () => {
  const cases: [number, number[]][] = [
    [10, [32]],
    [64, [32]],
    [65, [32]],
    [256, [128]],
    [257, [128, 64]],
    [512, [256, 128]],
    [513, [256, 128, 64]],
    [1071, [535, 267, 133]],
  ];
  for (const [inputs, widths] of cases) {
    assertEquals(embeddingWidths(inputs), widths);
  }
  assertEquals(embeddingDropouts(3, 0.2), [0.2, 0.2, 0.1]);
});

/** The nodes without the state of the random numbers. */
function comparable({ nodes }: Graph): GraphNode[] {
  return nodes.map((node) =>
    node.kind === "operator" && node.op === OP.dropout
      ? { ...node, parameters: new Uint8Array(node.parameters.length) }
      : node
  );
}

Deno.test("an embedding network is, node by node, what rspamd 4.1.6 builds", () => {
  const fixture = kannFixtures().find(({ name }) => name.includes("embedding"));
  assert(fixture);
  const graph = decodeKann(fixture.bytes);
  const layers = layersOf(graph, "embedding");
  assert(layers);
  const rebuilt = embeddingGraph(64, layers, 0.2);
  assertEquals(comparable(rebuilt), comparable(graph));
  assertEquals(encodeKann(rebuilt).length, fixture.bytes.length);
  // A generator of random numbers that begins at 0 gives nothing but zeros.
  const states = rebuilt.nodes.filter((node) =>
    node.kind === "operator" && node.op === OP.dropout
  ).map((node) => node.kind === "operator" && node.parameters.slice(0, 16));
  assertEquals(states.length, 2);
  for (const state of states) assert(state && state.some((byte) => byte > 0));
});
