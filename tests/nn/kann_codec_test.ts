import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { linearGraph } from "../../lib/nn/architectures.ts";
import { forward } from "../../lib/nn/forward.ts";
import {
  type Graph,
  type GraphNode,
  inputSize,
  LEAF,
  NetworkError,
  OP,
  sizeOf,
} from "../../lib/nn/graph.ts";
import { decodeKann, encodeKann } from "../../lib/nn/kann.ts";
import { createPredictor } from "../../lib/nn/predictor.ts";
import { toSparse } from "../../lib/nn/sparse.ts";
import { bytesAllocated } from "./allocation.ts";
import { assertClose } from "./close.ts";
import {
  arbitraryWeights,
  graphOf,
  inputLeaf,
  layeredGraphs,
  leaf,
  operator,
  symbolGraphs,
  weightsLeaf,
} from "./graphs.ts";
import { kannFixtures } from "./kann_fixtures.ts";
import { mutationsOf, TEN_THOUSAND } from "./mutations.ts";

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

const leafNodes: fc.Arbitrary<GraphNode> = fc.array(
  fc.integer({ min: 1, max: 4 }),
  { maxLength: 4 },
).chain((dims) =>
  fc.record({
    dims: fc.constant(dims),
    label: int32,
    role: int32,
    flag: fc.integer({ min: 0, max: 255 }),
    values: arbitraryWeights(...dims),
  })
).map(({ values, ...fields }) => {
  const holdsValues = (fields.flag & (LEAF.variable | LEAF.constant)) !== 0;
  return holdsValues
    ? leaf(fields.dims, { ...fields, values: Float32Array.from(values) })
    : leaf(fields.dims, fields);
});

function operatorNodes(before: number): fc.Arbitrary<GraphNode> {
  const earlier = fc.integer({ min: 0, max: before - 1 });
  return fc.record({
    op: fc.integer({ min: 0, max: 65_535 }),
    children: fc.array(earlier, { minLength: 1, maxLength: 5 }),
    label: int32,
    role: int32,
    flag: fc.integer({ min: 0, max: 255 }),
    previous: fc.integer({ min: -1, max: before - 1 }),
    parameters: fc.uint8Array({ maxLength: 12 })
      .map((bytes) => Uint8Array.from(bytes)),
  }).map(({ op, children, ...fields }) => operator(op, children, fields));
}

/** Graphs of which the codec understands only the form. */
const anyGraphs: fc.Arbitrary<Graph> = fc.integer({ min: 0, max: 9 })
  .chain((more) =>
    fc.tuple(
      leafNodes,
      ...Array.from(
        { length: more },
        (_, i) => fc.oneof(leafNodes, operatorNodes(i + 1)),
      ),
    )
  ).map((nodes) => ({ nodes }));

Deno.test("a graph is read as it was written, and written as it was read", () => {
  fc.assert(
    fc.property(anyGraphs, (graph) => {
      const bytes = encodeKann(graph);
      const read = decodeKann(bytes);
      assertEquals(read, graph);
      assertEquals(encodeKann(read), bytes);
    }),
    { numRuns: 500 },
  );
});

Deno.test("bytes in the middle of a buffer are read, and not held on to", () => {
  const graph = graphOf(
    inputLeaf(1, 1),
    operator(OP.tanh, [0], { parameters: Uint8Array.of(1, 2, 3) }),
  );
  const bytes = encodeKann(graph);
  const padded = new Uint8Array(bytes.length + 20);
  padded.set(bytes, 7);
  const read = decodeKann(padded.subarray(7, 7 + bytes.length));
  padded.fill(0xff);
  assertEquals(read, graph);
});

/** Weights of which a sum can be compared to nine digits. */
function isModerate(graph: Graph): boolean {
  return graph.nodes.every((node) =>
    node.kind === "operator" ||
    (node.values ?? []).every((x) => Math.abs(x) < 16)
  );
}

Deno.test("a damaged network is a NetworkError, or one that answers soundly", () => {
  const originals = [
    ...kannFixtures().map(({ bytes }) => bytes).filter((b) => b.length < 4096),
    ...fc.sample(fc.oneof(symbolGraphs, layeredGraphs), 40).map(encodeKann),
  ];
  let graphs = 0;
  let answering = 0;
  const property = fc.property(mutationsOf(originals), (bytes) => {
    const used = bytesAllocated(() => {
      const graph = orNetworkError(() => decodeKann(bytes));
      if (!graph) return;
      graphs++;
      const predictor = orNetworkError(() => createPredictor(graph));
      if (!predictor) return;
      answering++;
      const vector = new Float64Array(inputSize(graph)).fill(0.25);
      const output = predictor.output(toSparse(vector));
      if (isModerate(graph)) assertClose(output, forward(graph, vector)[0]);
    });
    assert(used < 32 * 2 ** 20, `${used} bytes for ${bytes.length}`);
  });
  fc.assert(property, TEN_THOUSAND);
  assert(graphs > 1000 && answering > 500, `${graphs}, ${answering}`);
});

function orNetworkError<T>(fn: () => T): T | undefined {
  try {
    return fn();
  } catch (error) {
    if (error instanceof NetworkError) return undefined;
    throw error;
  }
}

const SMALL = encodeKann(graphOf(
  inputLeaf(1, 2),
  weightsLeaf([1, 2], [1, -1]),
  operator(OP.cmul, [0, 1]),
  operator(OP.tanh, [2]),
));

/** Positions of the fields of {@linkcode SMALL}. */
const AT = {
  nodes: 4,
  leafChildren: 8 + 9,
  dimensions: 8 + 13,
  firstSize: 8 + 14,
  operatorChildren: 8 + 22 + 22 + 9,
  child: 8 + 22 + 22 + 9 + 4 + 2,
  previous: 8 + 22 + 22 + 9 + 4 + 2 + 8,
  parameterSize: 8 + 22 + 22 + 9 + 4 + 2 + 8 + 4,
  firstWeight: SMALL.length - 8,
};

type Change = (view: DataView) => void;
const put = (at: number, value: number): Change => (view) =>
  view.setInt32(at, value, true);
const putFloat = (value: number): Change => (view) =>
  view.setFloat32(AT.firstWeight, value, true);

/** One wrong number in a network, and what is said of it. */
const WRONG: Record<string, [Change, string]> = {
  "another magic": [put(0, 0x024e414b), "magic"],
  "no nodes": [put(AT.nodes, 0), "0 nodes"],
  "fewer nodes than none": [put(AT.nodes, -1), "-1 nodes"],
  "billions of nodes": [put(AT.nodes, 2 ** 31 - 1), "2147483647 nodes"],
  "one node too many": [put(AT.nodes, 5), "ends after"],
  "one node too few": [put(AT.nodes, 3), "bytes follow"],
  "an input with children": [put(AT.leafChildren, 1), "child"],
  "billions of children": [put(AT.operatorChildren, 2 ** 31 - 1), "children"],
  "fewer children than none": [put(AT.operatorChildren, -1), "-1 children"],
  "a node that is its own child": [put(AT.child, 2), "not before it"],
  "a child before the first": [put(AT.child, -1), "not before it"],
  "a child beyond the last": [put(AT.child, 1 << 20), "not before it"],
  "255 dimensions": [(v) => v.setUint8(AT.dimensions, 255), "255 dimensions"],
  "a size of 0": [put(AT.firstSize, 0), "impossible shape [0, 2]"],
  "a negative size": [put(AT.firstSize, -5), "impossible shape"],
  "a size of billions": [put(AT.firstSize, 2 ** 31 - 1), "impossible shape"],
  "recurrence to itself": [put(AT.previous, 2), "recurs to node 2"],
  "recurrence to nowhere": [put(AT.previous, -2), "recurs to node -2"],
  "parameters of gigabytes": [put(AT.parameterSize, 2 ** 31 - 1), "ends after"],
  "parameters of negative size": [put(AT.parameterSize, -4), "negative size"],
  "a weight that is no number": [putFloat(NaN), "weight 0 of node 1 is NaN"],
  "an infinite weight": [putFloat(-Infinity), "weight 0 of node 1 is -Inf"],
};

for (const [name, [change, message]] of Object.entries(WRONG)) {
  Deno.test(`a network with ${name} is refused`, () => {
    const bytes = SMALL.slice();
    change(new DataView(bytes.buffer));
    const used = bytesAllocated(() => {
      const error = assertThrows(() => decodeKann(bytes), NetworkError);
      assert(error.message.includes(message), error.message);
    });
    assert(used < 2 ** 16, `${used} bytes`);
  });
}

Deno.test("a network that is cut off or goes on is refused, wherever it is cut", () => {
  assertEquals(decodeKann(SMALL).nodes.length, 4);
  for (let length = 0; length < SMALL.length; length++) {
    assertThrows(() => decodeKann(SMALL.subarray(0, length)), NetworkError);
  }
  const longer = new Uint8Array(SMALL.length + 1);
  longer.set(SMALL);
  assertThrows(() => decodeKann(longer), NetworkError, "1 bytes follow");
});

Deno.test("a shape takes memory only if its weights are there", () => {
  const graph = linearGraph(1000, {
    weights: new Float32Array(1000),
    biases: new Float32Array(1),
  });
  const bytes = encodeKann(graph);
  const [input, weights] = graph.nodes;
  assert(input.kind === "leaf" && weights.kind === "leaf");
  input.dims = [1, 2 ** 27];
  weights.dims = [1, 2 ** 27];
  assertEquals(sizeOf(input.dims), 2 ** 27);
  const claimed = bytes.slice();
  const view = new DataView(claimed.buffer);
  view.setInt32(8 + 18, 2 ** 27, true);
  view.setInt32(8 + 22 + 18, 2 ** 27, true);
  const used = bytesAllocated(() => {
    assertThrows(() => decodeKann(claimed), NetworkError, "ends after");
  });
  assert(used < 2 ** 16, `${used} bytes`);
});
