import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { collapse } from "../../lib/nn/affine.ts";
import { linearGraph, symbolGraph } from "../../lib/nn/architectures.ts";
import { forward } from "../../lib/nn/forward.ts";
import {
  type Graph,
  inputSize,
  NetworkError,
  OP,
  ROLE,
} from "../../lib/nn/graph.ts";
import { decodeKann } from "../../lib/nn/kann.ts";
import { normalize } from "../../lib/nn/normalization.ts";
import { createPredictor } from "../../lib/nn/predictor.ts";
import { toSparse } from "../../lib/nn/sparse.ts";
import { bytesAllocated } from "./allocation.ts";
import { assertClose } from "./close.ts";
import {
  graphOf,
  inputLeaf,
  layeredGraphs,
  mlpGraphs,
  operator,
  weightedSums,
  weightsLeaf,
} from "./graphs.ts";
import { kannFixtures } from "./kann_fixtures.ts";
import {
  casesOf,
  normalizations,
  projections,
  transformed,
  vectorsOf,
} from "./vectors.ts";

for (
  const [name, graphs] of Object.entries({
    weightedSums,
    mlpGraphs,
    layeredGraphs,
  })
) {
  Deno.test(`a predictor answers as the full forward pass does: ${name}`, () => {
    fc.assert(
      fc.property(casesOf(graphs), ({ graph, vector, normalization }) => {
        const predictor = createPredictor(graph, { normalization });
        const dense = transformed(vector, { normalization });
        const expected = forward(graph, dense)[0];
        assertClose(predictor.output(toSparse(vector)), expected);
        assertEquals(predictor.inputs, vector.length);
      }),
      { numRuns: 500 },
    );
  });
}

Deno.test("a predictor applies normalisation, then PCA, then the network", () => {
  const property = casesOf(fc.oneof(weightedSums, mlpGraphs)).chain((
    { graph },
  ) =>
    fc.nat({ max: 9 }).chain((more) => {
      const [rows, columns] = [inputSize(graph), 1 + more];
      return fc.record({
        graph: fc.constant(graph),
        vector: vectorsOf(columns),
        normalization: normalizations(columns),
        projection: projections(rows, columns),
      });
    })
  );
  fc.assert(
    fc.property(property, ({ graph, vector, ...transform }) => {
      const predictor = createPredictor(graph, transform);
      const expected = forward(graph, transformed(vector, transform))[0];
      assertClose(predictor.output(toSparse(vector)), expected);
      assertEquals(predictor.inputs, vector.length);
    }),
    { numRuns: 300 },
  );
});

Deno.test("networks of a real rspamd are answered alike, however normalised", () => {
  for (const { name, bytes, inputs } of kannFixtures()) {
    const graph = decodeKann(bytes);
    const length = inputs[0].length;
    const spread = Float64Array.from({ length }, (_, i) => 0.5 + i / length);
    for (
      const normalization of [
        undefined,
        { mode: "unit" as const },
        {
          mode: "zscore" as const,
          mean: spread.map((x) => x - 1),
          std: spread,
        },
      ]
    ) {
      const predictor = createPredictor(graph, { normalization });
      for (const input of inputs) {
        const dense = transformed(input, { normalization });
        assertClose(
          predictor.output(toSparse(input)),
          forward(graph, dense)[0],
        );
      }
      assert(predictor.contributions, name);
    }
  }
});

Deno.test("networks without a real hidden layer become one weighted sum", () => {
  fc.assert(fc.property(weightedSums, (graph) => {
    const affine = collapse(graph);
    assert(affine);
    assertEquals(affine.weights.length, inputSize(graph));
    assert(createPredictor(graph).contributions);
  }));
  fc.assert(fc.property(mlpGraphs, (graph) => {
    assertEquals(collapse(graph), undefined);
  }));
});

Deno.test("an input that claims to have weights is an input still", () => {
  const input = { ...weightsLeaf([1, 2], [5, 5]), role: ROLE.input };
  const graph = graphOf(input, operator(OP.cmul, [0, 0]));
  assertEquals(createPredictor(graph).output(toSparse([2, 3])), 13);
});

/** Counts how often its elements are read. */
function counted<T extends Uint32Array | Float64Array>(
  array: T,
  count: () => void,
): T {
  return new Proxy(array, {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) count();
      const value = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

Deno.test("a weighted sum costs one multiplication for each symbol that fired", () => {
  const work = (inputs: number, fired: number, graph: Graph) => {
    const predictor = createPredictor(graph);
    const indices = Uint32Array.from({ length: fired }, (_, i) => i);
    let reads = 0;
    const vector = {
      length: inputs,
      indices: counted(indices, () => reads++),
      values: counted(new Float64Array(fired).fill(1), () => reads++),
    };
    const bytes = bytesAllocated(() => predictor.output(vector));
    return { reads, bytes };
  };
  for (const [inputs, fired] of [[100, 10], [5000, 10], [5000, 20]]) {
    const layer = (outputs: number, columns: number) => ({
      weights: new Float32Array(outputs * columns).fill(0.01),
      biases: new Float32Array(outputs),
    });
    const linear = linearGraph(inputs, layer(1, inputs));
    const symbol = symbolGraph(inputs, [layer(30, inputs), layer(1, 30)]);
    for (const graph of [linear, symbol]) {
      const { reads, bytes } = work(inputs, fired, graph);
      assertEquals(reads, 2 * fired);
      assertEquals(bytes, 0);
    }
  }
});

Deno.test("a vector of zeros stays one when it is divided by its length", () => {
  const zeros = new Float64Array(3);
  normalize(zeros, { mode: "unit" });
  assertEquals(zeros, new Float64Array(3));
  const graph = linearGraph(3, {
    weights: Float32Array.of(1, 2, 3),
    biases: Float32Array.of(0.5),
  });
  const predictor = createPredictor(graph, { normalization: { mode: "unit" } });
  assertEquals(predictor.output(toSparse(zeros)), Math.tanh(0.5));
});

const oneInput = inputLeaf(1, 1);
const threeInputs = inputLeaf(1, 3);
const tanhOf = (at: number) => operator(OP.tanh, [at]);

/** Graphs that no predictor can be made of, and what is said of them. */
const IMPOSSIBLE: Record<string, [Graph, string]> = {
  "no input": [graphOf(weightsLeaf([1], [1]), tanhOf(0)), "one input"],
  "two inputs": [
    graphOf(oneInput, oneInput, operator(OP.add, [0, 1])),
    "one input",
  ],
  "an input that is computed": [
    graphOf(weightsLeaf([1], [1]), { ...tanhOf(0), role: 1 }, tanhOf(1)),
    "not a leaf",
  ],
  "no output": [{ nodes: [oneInput] }, "one output"],
  "an output that is a leaf": [
    graphOf(oneInput, weightsLeaf([1], [1])),
    "output of the network is a leaf",
  ],
  "three outputs": [graphOf(threeInputs, tanhOf(0)), "3 outputs"],
  "a leaf without values": [
    graphOf(oneInput, { ...oneInput, role: 0 }, operator(OP.add, [0, 1])),
    "never given a value",
  ],
  "an operator that is not known": [
    graphOf(oneInput, operator(99, [0])),
    "operator 99",
  ],
  "an operator without its second operand": [
    graphOf(oneInput, operator(OP.add, [0])),
    "lacks an operand",
  ],
  "a product without its second operand": [
    graphOf(oneInput, operator(OP.cmul, [0])),
    "lacks an operand",
  ],
  "shapes that do not fit": [
    graphOf(
      threeInputs,
      weightsLeaf([1, 2], [1, 2]),
      operator(OP.cmul, [0, 1]),
    ),
    "[1, 3] and [1, 2] do not fit",
  ],
  "layers that do not fit": [
    graphOf(
      threeInputs,
      weightsLeaf([2, 3], new Float32Array(6)),
      operator(OP.cmul, [0, 1]),
      weightsLeaf([1, 3], new Float32Array(3)),
      operator(OP.cmul, [2, 3]),
    ),
    "[1, 2] and [1, 3] do not fit",
  ],
  "a recurrent node": [
    graphOf(
      oneInput,
      weightsLeaf([1, 1], [1]),
      operator(OP.cmul, [0, 1], { previous: 0 }),
      tanhOf(2),
    ),
    "recurrent",
  ],
  "more inputs than there is memory for": [
    graphOf(inputLeaf(1, 2 ** 28), operator(OP.max, [0])),
    "268435456 inputs",
  ],
  "a product that is larger than its operands": [
    graphOf(
      oneInput,
      weightsLeaf([2048, 1], new Float32Array(2048)),
      operator(OP.cmul, [1, 1]),
      operator(OP.cmul, [2, 0]),
    ),
    "too large",
  ],
  "many copies of many values": [
    graphOf(
      oneInput,
      weightsLeaf([2 ** 16], new Float32Array(2 ** 16)),
      ...Array.from({ length: 200 }, (_, i) => operator(OP.relu, [i + 1])),
    ),
    "too many values",
  ],
};

for (const [name, [graph, message]] of Object.entries(IMPOSSIBLE)) {
  Deno.test(`a graph that cannot answer is found out at once: ${name}`, () => {
    let error: unknown;
    const bytes = bytesAllocated(() => {
      error = assertThrows(() => createPredictor(graph), NetworkError);
    });
    assert((error as Error).message.includes(message), String(error));
    assert(bytes < 64 * 2 ** 20, `${bytes} bytes`);
  });
}

Deno.test("a transform that does not fit the network is found out at once", () => {
  const graph = linearGraph(3, {
    weights: new Float32Array(3),
    biases: new Float32Array(1),
  });
  const projection = (rows: number, columns: number) => ({
    rows,
    columns,
    data: new Float32Array(rows * columns),
  });
  const zscore = (length: number) => ({
    mode: "zscore" as const,
    mean: new Float64Array(length),
    std: new Float64Array(length).fill(1),
  });
  for (
    const [transform, message] of [
      [{ projection: projection(2, 5) }, "2 components"],
      [{ normalization: zscore(2) }, "2 inputs"],
      [{ normalization: zscore(3), projection: projection(3, 5) }, "3 inputs"],
    ] as const
  ) {
    assertThrows(
      () => createPredictor(graph, transform),
      NetworkError,
      message,
    );
  }
  createPredictor(graph, {
    normalization: zscore(5),
    projection: projection(3, 5),
  });
});

Deno.test("vectors of another length are refused", () => {
  const short = toSparse([1, 0]);
  const long = toSparse([0, 0, 0, 0]);
  fc.assert(fc.property(fc.oneof(weightedSums, mlpGraphs), (graph) => {
    fc.pre(inputSize(graph) !== 2 && inputSize(graph) !== 4);
    const predictor = createPredictor(graph);
    for (const vector of [short, long]) {
      assertThrows(() => predictor.output(vector), NetworkError, "elements");
      assertThrows(
        () => forward(graph, new Array(vector.length)),
        NetworkError,
      );
      if (predictor.contributions) {
        assertThrows(() => predictor.contributions!(vector), NetworkError);
      }
    }
  }));
});
