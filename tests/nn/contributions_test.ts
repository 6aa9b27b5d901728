import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { linearGraph, mlpGraph } from "../../lib/nn/architectures.ts";
import { forward } from "../../lib/nn/forward.ts";
import { type Graph, OP } from "../../lib/nn/graph.ts";
import type { Normalization } from "../../lib/nn/normalization.ts";
import { createPredictor } from "../../lib/nn/predictor.ts";
import { toSparse } from "../../lib/nn/sparse.ts";
import { assertClose } from "./close.ts";
import {
  graphOf,
  inputLeaf,
  mlpGraphs,
  operator,
  reluGraphs,
  weightedSums,
  weightsLeaf,
} from "./graphs.ts";
import { casesOf, transformed } from "./vectors.ts";

/** What a weighted sum says of a vector. */
function explain(
  graph: Graph,
  vector: number[],
  normalization?: Normalization,
) {
  const predictor = createPredictor(graph, { normalization });
  assert(predictor.contributions);
  return {
    ...predictor.contributions(toSparse(vector)),
    output: predictor.output(toSparse(vector)),
  };
}

function linear(weights: number[], bias: number): Graph {
  return linearGraph(weights.length, {
    weights: Float32Array.from(weights),
    biases: Float32Array.of(bias),
  });
}

for (
  const [name, graphs] of Object.entries({
    "weighted sums": weightedSums,
    "one hidden layer": reluGraphs,
    "hidden layers": mlpGraphs,
  })
) {
  Deno.test(`${name}: contributions sum to the output, from what zeros are answered`, () => {
    fc.assert(
      fc.property(casesOf(graphs), ({ graph, vector, normalization }) => {
        const { base, values, output } = explain(graph, vector, normalization);
        const zeros = transformed(vector.map(() => 0), { normalization });
        assertClose(base, forward(graph, zeros)[0]);
        assertEquals(values.length, toSparse(vector).indices.length);
        if (values.length === 0) return;
        assertClose(values.reduce((sum, value) => sum + value, base), output);
      }),
      { numRuns: 500 },
    );
  });
}

/** What the midpoint rule gives, with slopes taken from the outputs alone. */
function integratedNumerically(graph: Graph, vector: number[]): number[] {
  const points = 400;
  const step = 1e-6;
  return vector.map((x, i) => {
    let sum = 0;
    for (let point = 0; point < points; point++) {
      const at = vector.map((x) => x * (point + 0.5) / points);
      const [below, above] = [-step, step].map((by) =>
        forward(graph, at.with(i, at[i] + by))[0]
      );
      sum += (above - below) / (2 * step);
    }
    return x * sum / points;
  });
}

Deno.test("contributions are integrated gradients, in networks of any kind", () => {
  const graphs = fc.oneof(reluGraphs, mlpGraphs);
  fc.assert(
    fc.property(casesOf(graphs), ({ graph, vector }) => {
      // Where the deviation of a row is next to nothing, nothing is smooth.
      fc.pre(!hasOperator(graph, OP.stdnorm));
      const { values } = explain(graph, vector);
      const expected = integratedNumerically(graph, vector)
        .filter((_, i) => vector[i] !== 0);
      expected.forEach((value, k) => assertClose(values[k], value, 5e-3));
    }),
    { numRuns: 20 },
  );
});

Deno.test("contributions are integrated where the slope changes most", () => {
  const graph = graphOf(
    inputLeaf(1, 2),
    weightsLeaf([3, 2], [4, -1, 2, 3, -5, 1]),
    operator(OP.cmul, [0, 1]),
    weightsLeaf([3], [-1, 0.3, 2]),
    operator(OP.add, [2, 3]),
    operator(OP.gelu, [4]),
    weightsLeaf([1, 3], [1, -1.5, 0.7]),
    operator(OP.cmul, [5, 6]),
    operator(OP.tanh, [7]),
  );
  const vector = [1.5, -0.8];
  const { values } = explain(graph, vector);
  integratedNumerically(graph, vector).forEach((value, k) =>
    assertAlmostEquals(values[k], value, 2e-4)
  );
});

function hasOperator({ nodes }: Graph, op: number): boolean {
  return nodes.some((node) => node.kind === "operator" && node.op === op);
}

Deno.test("a unit that cancels another on half of the path is accounted for", () => {
  // relu(x) − relu(2x − y − ½)
  const graph = mlpGraph(2, [
    {
      weights: Float32Array.of(1, 0, 2, -1),
      biases: Float32Array.of(0, -0.5),
    },
    { weights: Float32Array.of(1, -1), biases: Float32Array.of(0) },
  ]);
  const { base, values, output } = explain(graph, [1, 0.5]);
  assertEquals(base, 0);
  assertAlmostEquals(output, Math.tanh(1 - 1), 1e-12);
  // The second unit wakes at a third of the way, where the sum is 1/3.
  const early = Math.tanh(1 / 3);
  assertAlmostEquals(values[0], early + (0 - early) / (-1 / 2) * (1 - 2), 1e-9);
  assertAlmostEquals(values[1], (0 - early) / (-1 / 2) * 0.5, 1e-9);
});

Deno.test("each element contributes in proportion to its part of the sum", () => {
  const { base, values, output } = explain(linear([1, -2, 4], 0.1), [
    1,
    0,
    0.5,
  ]);
  assertEquals(base, Math.tanh(Math.fround(0.1)));
  assertAlmostEquals(values[1], 2 * values[0], 1e-12);
  assertAlmostEquals(base + values[0] + values[1], output, 1e-12);
});

Deno.test("elements that cancel out still contribute, one against the other", () => {
  const sigmoid = 1 / (1 + Math.exp(-0.5));
  const slopes: [number | undefined, number][] = [
    [OP.tanh, 1 - Math.tanh(0.5) ** 2],
    [OP.sigm, sigmoid * (1 - sigmoid)],
    [undefined, 1],
  ];
  for (const [activation, slope] of slopes) {
    const graph = graphOf(
      inputLeaf(1, 2),
      weightsLeaf([1, 2], [2, -2]),
      operator(OP.cmul, [0, 1]),
      weightsLeaf([1], [0.5]),
      operator(OP.add, [2, 3]),
      ...(activation ? [operator(activation, [4])] : []),
    );
    const { base, values, output } = explain(graph, [0.25, 0.25]);
    assertClose(output, base);
    assertAlmostEquals(values[0], 0.5 * slope, 1e-9);
    assertAlmostEquals(values[1], -0.5 * slope, 1e-9);
  }
});

Deno.test("contributions sum to the output however little moves it", () => {
  for (const x of [1e-2, 5e-4, 1e-6, 1e-9]) {
    const { base, values, output } = explain(linear([1], 0.7), [x]);
    assertAlmostEquals(base + values[0], output, 1e-15);
  }
});

Deno.test("contributions sum to the output where the tanh is 1 to the last digit", () => {
  for (const [weight, bias] of [[100, 0], [-100, 50], [1e30, -1e30], [0, 40]]) {
    const { base, values, output } = explain(linear([weight], bias), [1]);
    assertClose(base + values[0], output);
  }
});

Deno.test("what a mean takes off a zero is part of the base", () => {
  const normalization: Normalization = {
    mode: "zscore",
    mean: Float64Array.of(0.5, 2),
    std: Float64Array.of(1, 4),
  };
  const graph = linear([1, 1], 0);
  const { base, values } = explain(graph, [0.5, 0], normalization);
  assertAlmostEquals(base, Math.tanh(-0.5 - 0.5), 1e-12);
  assertEquals(values.length, 1);
  assertAlmostEquals(base + values[0], Math.tanh(0 - 0.5), 1e-12);
});
