import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { forward } from "../../lib/nn/forward.ts";
import { NetworkError, OP } from "../../lib/nn/graph.ts";
import { assertClose } from "./close.ts";
import { graphOf, inputLeaf, operator, weightsLeaf } from "./graphs.ts";

/** Applies an operator to a row, and to other arrays. */
function apply(
  op: number,
  row: number[],
  ...others: [dims: number[], values: number[]][]
): number[] {
  const leaves = others.map(([dims, values]) => weightsLeaf(dims, values));
  const graph = graphOf(
    inputLeaf(1, row.length),
    ...leaves,
    operator(op, [0, ...leaves.map((_, i) => i + 1)]),
  );
  return [...forward(graph, row)];
}

function assertAllClose(actual: number[], expected: number[]): void {
  assertEquals(actual.length, expected.length);
  actual.forEach((x, i) => assertClose(x, expected[i], 1e-12));
}

/** Operators on each element for itself. */
const UNARY: [number, (x: number) => number][] = [
  [OP.square, (x) => x * x],
  [OP.sigm, (x) => 1 / (1 + Math.exp(-x))],
  [OP.tanh, (x) => Math.tanh(x)],
  [OP.relu, (x) => x > 0 ? x : 0],
  [OP.oneMinus, (x) => 1 - x],
  [OP.exp, (x) => Math.exp(x)],
  [OP.log, (x) => Math.log(x)],
  [OP.sin, (x) => Math.sin(x)],
  [OP.dropout, (x) => x],
];

Deno.test("operators on each element", () => {
  const row = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(fc.property(row, fc.constantFrom(...UNARY), (row, [op, fn]) => {
    assertAllClose(apply(op, row), row.map(fn));
  }));
});

Deno.test("GELU is x times the normal distribution up to x", () => {
  // Values of the distribution with 15 digits.
  assertAllClose(apply(OP.gelu, [-1, 0, 0.5, 1, 3, -8]), [
    -0.158655253931457,
    0,
    0.5 * 0.691462461274013,
    0.841344746068543,
    3 * 0.998650101968370,
    0,
  ]);
});

Deno.test("the second operand is repeated along the first", () => {
  const row = [1, 2, 3, 4];
  assertEquals(apply(OP.add, row, [[2], [10, 20]]), [11, 22, 13, 24]);
  assertEquals(apply(OP.sub, row, [[2], [10, 20]]), [-9, -18, -7, -16]);
  assertEquals(apply(OP.mul, row, [[1], [3]]), [3, 6, 9, 12]);
  assertThrows(() => apply(OP.add, row, [[3], [1, 2, 3]]), NetworkError);
  assertThrows(() => apply(OP.add, [1], [[2], [1, 2]]), NetworkError);
});

Deno.test("operators that combine arrays of one size", () => {
  const others: [number[], number[]][] = [[[2], [4, -2]], [[2], [1, 6]]];
  assertEquals(apply(OP.avg, [1, 2], ...others), [2, 2]);
  assertEquals(apply(OP.max, [1, 2], ...others), [4, 6]);
  assertThrows(() => apply(OP.max, [1], ...others), NetworkError);
});

Deno.test("products with a matrix and with its transpose", () => {
  const row = [1, 2, 3];
  const matrix = [1, 0, -1, 2, 2, 2];
  assertEquals(apply(OP.cmul, row, [[2, 3], matrix]), [-2, 12]);
  assertEquals(apply(OP.matmul, row, [[3, 2], matrix]), [1 - 2 + 6, 4 + 6]);
  for (const dims of [[3, 2], [6]]) {
    assertThrows(() => apply(OP.cmul, row, [dims, matrix]), NetworkError);
  }
  for (const dims of [[2, 3], [6, 1], []]) {
    const values = matrix.slice(0, dims.length ? 6 : 1);
    assertThrows(() => apply(OP.matmul, row, [dims, values]), NetworkError);
  }
});

Deno.test("a column of a product may span trailing dimensions", () => {
  const spanning = apply(OP.cmul, [1, 2, 3, 4], [[3, 2, 2], [
    ...[1, 1, 1, 1],
    ...[1, 0, 0, 0],
    ...[0, 0, 0, 2],
  ]]);
  assertEquals(spanning, [10, 1, 8]);
});

/** Rows of a 2 × 3 array, each for itself. */
function byRow(op: number, values: number[]): number[] {
  const graph = graphOf(inputLeaf(2, 3), operator(op, [0]));
  return [...forward(graph, values)];
}

Deno.test("rows are standardised; without a spread they are only centred", () => {
  const unit = Math.sqrt(1.5);
  assertAllClose(byRow(OP.stdnorm, [1, 2, 3, 5, 5, 5]), [
    ...[-unit, 0, unit],
    ...[0, 0, 0],
  ]);
});

Deno.test("the softmax of a row sums to 1, however large its elements are", () => {
  const e = Math.E;
  const sum = 1 + e + e * e;
  assertAllClose(byRow(OP.softmax, [0, 1, 2, 1000, -1000, 1000]), [
    ...[1 / sum, e / sum, e * e / sum],
    ...[0.5, 0, 0.5],
  ]);
});

Deno.test("select takes the operand that its parameter names, −1 the last", () => {
  const choose = (choice: number) => {
    const parameters = new Uint8Array(4);
    new DataView(parameters.buffer).setInt32(0, choice, true);
    const graph = graphOf(
      inputLeaf(1, 1),
      weightsLeaf([1, 1], [10]),
      weightsLeaf([1, 1], [20]),
      operator(OP.select, [0, 1, 2], { parameters }),
    );
    return forward(graph, [5])[0];
  };
  assertEquals([0, 1, 2, -1, -3].map(choose), [5, 10, 20, 20, 5]);
  assertThrows(() => choose(3), NetworkError, "operand 3");
  assertThrows(() => choose(-4), NetworkError, "operand -4");
});
