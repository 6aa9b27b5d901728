import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { forward } from "../../lib/nn/forward.ts";
import { gradientOf, isDifferentiable } from "../../lib/nn/gradient.ts";
import { type Graph, type GraphNode, OP } from "../../lib/nn/graph.ts";
import { assertClose } from "./close.ts";
import { graphOf, inputLeaf, operator, weightsLeaf } from "./graphs.ts";

const STEP = 1e-6;

/** Compares all derivatives with what the output changes by. */
function checkGradient(graph: Graph, input: readonly number[]): void {
  const { output, byInput } = gradientOf(graph, input);
  assertEquals(output, forward(graph, input)[0]);
  input.forEach((x, i) => {
    const [above, below] = [STEP, -STEP]
      .map((step) => forward(graph, input.with(i, x + step))[0]);
    assertClose(byInput[i], (above - below) / (2 * STEP), 1e-5, `by ${i}`);
  });
}

/** Three inputs, an operator on each or all of them, and one output of that. */
function around(...nodes: GraphNode[]): Graph {
  const last = nodes.length;
  return graphOf(
    inputLeaf(1, 3),
    ...nodes,
    weightsLeaf([1, 3], [0.7, -1.2, 0.4]),
    operator(OP.cmul, [last, last + 1]),
    operator(OP.tanh, [last + 2]),
  );
}

const VECTOR = weightsLeaf([3], [0.5, -2, 1.5]);

const GRAPHS: Record<string, Graph> = {
  add: around(VECTOR, operator(OP.add, [0, 1])),
  sub: around(VECTOR, operator(OP.sub, [0, 1])),
  mul: around(VECTOR, operator(OP.mul, [0, 1])),
  cmul: around(
    weightsLeaf([3, 3], [1, 2, 3, -1, 0.5, 0, 0.3, -2, 1]),
    operator(OP.cmul, [0, 1]),
  ),
  square: around(operator(OP.square, [0])),
  sigm: around(operator(OP.sigm, [0])),
  tanh: around(operator(OP.tanh, [0])),
  relu: around(operator(OP.relu, [0])),
  gelu: around(operator(OP.gelu, [0])),
  exp: around(operator(OP.exp, [0])),
  sin: around(operator(OP.sin, [0])),
  oneMinus: around(operator(OP.oneMinus, [0])),
  stdnorm: around(operator(OP.stdnorm, [0])),
  dropout: around(
    weightsLeaf([], [0.2]),
    operator(OP.dropout, [0, 1]),
    { ...operator(OP.select, [0, 2]), parameters: new Uint8Array(4) },
  ),
};

for (const [name, graph] of Object.entries(GRAPHS)) {
  Deno.test(`derivatives are what the output changes by: ${name}`, () => {
    assert(isDifferentiable(graph));
    const element = fc.double({ min: -2, max: 2, noNaN: true })
      .filter((x) => Math.abs(x) > 0.01);
    const vectors = fc.tuple(element, element, element)
      // Where all are nearly the same, normalisation has no derivative.
      .filter(([a, b, c]) => Math.abs(a - b) + Math.abs(b - c) > 0.2);
    fc.assert(fc.property(vectors, (vector) => checkGradient(graph, vector)));
  });
}

Deno.test("rows that have no spread are only centred, and pass their gradient", () => {
  const { byInput } = gradientOf(GRAPHS.stdnorm, [1, 1, 1]);
  const mean = (0.7 - 1.2 + 0.4) / 3;
  [0.7, -1.2, 0.4].forEach((weight, i) =>
    assertAlmostEquals(byInput[i], weight - mean, 1e-6)
  );
});

Deno.test("what has no derivative, or more than one way to the input, has no gradient", () => {
  const graphs = [
    around(operator(OP.softmax, [0])),
    around(operator(OP.mul, [0, 0])),
    around(operator(OP.relu, [0]), operator(OP.add, [0, 1])),
    around(operator(OP.relu, [0]), {
      ...operator(OP.select, [0, 1]),
      parameters: Uint8Array.of(1, 0, 0, 0),
    }),
  ];
  for (const graph of graphs) assert(!isDifferentiable(graph));
});
