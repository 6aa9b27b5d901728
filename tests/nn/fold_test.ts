import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { foldTransform } from "../../lib/nn/fold.ts";
import { type Graph, inputSize } from "../../lib/nn/graph.ts";
import type { InputTransform } from "../../lib/nn/predictor.ts";
import { createPredictor } from "../../lib/nn/predictor.ts";
import { toSparse } from "../../lib/nn/sparse.ts";
import { linearGraphs, reluGraphs, symbolGraphs } from "./graphs.ts";
import { normalizations, projections, vectorsOf } from "./vectors.ts";

const ELEMENTS = 7;

/** A network, a vector, and all that may stand between them. */
function behindTransforms(graphs: fc.Arbitrary<Graph>): fc.Arbitrary<{
  graph: Graph;
  transform: InputTransform;
  vector: number[];
}> {
  return fc.tuple(graphs, fc.boolean()).chain(([graph, isProjected]) => {
    const inputs = inputSize(graph);
    const length = isProjected ? ELEMENTS : inputs;
    return fc.record({
      graph: fc.constant(graph),
      transform: fc.record({
        normalization: normalizations(length),
        projection: isProjected
          ? projections(inputs, length)
          : fc.constant(undefined),
      }),
      vector: vectorsOf(length),
    });
  });
}

Deno.test("a folded network answers what it answered behind its transform", () => {
  const graphs = fc.oneof(linearGraphs, reluGraphs);
  fc.assert(
    fc.property(behindTransforms(graphs), ({ graph, transform, vector }) => {
      const folded = foldTransform(graph, transform);
      const sparse = toSparse(vector);
      assertAlmostEquals(
        createPredictor(folded.graph, folded.transform).output(sparse),
        createPredictor(graph, transform).output(sparse),
        1e-4,
      );
      assertEquals(inputSize(folded.graph), vector.length);
      const isLeft = transform.normalization?.mode === "unit";
      assertEquals(
        folded.transform,
        isLeft ? { normalization: { mode: "unit" } } : {},
      );
    }),
    { numRuns: 500 },
  );
});

Deno.test("what does more to its inputs than to weigh them stays behind", () => {
  fc.assert(
    fc.property(behindTransforms(symbolGraphs), ({ graph, transform }) => {
      assertEquals(foldTransform(graph, transform), { graph, transform });
    }),
  );
});
