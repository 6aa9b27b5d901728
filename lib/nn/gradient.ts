/**
 * Derivatives of the output of a network by its inputs.
 *
 * @module
 */

import { forwardValues } from "./forward.ts";
import { geluSlope } from "./gelu.ts";
import {
  type Graph,
  type GraphNode,
  nodeWithRole,
  OP,
  type OperatorNode,
} from "./graph.ts";
import type { Tensor } from "./operators.ts";

/** The output of a network for a vector, and its derivatives. */
export interface Gradient {
  output: number;
  /** One for each input. */
  byInput: Float64Array;
}

/** What an operator node has computed, and from what. */
interface Application {
  node: OperatorNode;
  operands: Tensor[];
  result: Tensor;
  /** Derivatives of the output by the result. */
  gradient: Float64Array;
}

/** Derivatives of the output by the first operand. */
type Backward = (application: Application) => Float64Array;

/**
 * Whether the derivatives can be computed: all operators between input and
 * output have one, and only first operands depend on the input.
 */
export function isDifferentiable(graph: Graph): boolean {
  return pathOf(graph) !== undefined;
}

/**
 * Computes the output of a network for one vector, and its derivatives.
 *
 * @param graph a network that {@linkcode isDifferentiable}
 * @throws {import("./graph.ts").NetworkError} as `forward` does
 */
export function gradientOf(
  graph: Graph,
  input: ArrayLike<number>,
): Gradient {
  const values = forwardValues(graph, input);
  const path = pathOf(graph)!;
  let gradient = Float64Array.of(1);
  for (const at of path) {
    const node = graph.nodes[at] as OperatorNode;
    const operands = node.children.map((child) => values[child]);
    gradient = BACKWARD.get(node.op)!(
      { node, operands, result: values[at], gradient },
    ) as Float64Array<ArrayBuffer>;
  }
  const output = values[nodeWithRole(graph, "output")].data[0];
  return { output, byInput: gradient };
}

/** The operators from the output down to the input, each one's first operand. */
function pathOf(graph: Graph): number[] | undefined {
  const input = nodeWithRole(graph, "input");
  const dependent = dependents(graph, input);
  const path: number[] = [];
  let at = nodeWithRole(graph, "output");
  while (at !== input) {
    const node = graph.nodes[at];
    if (node.kind === "leaf" || !BACKWARD.has(node.op)) return undefined;
    const [first, ...others] = node.children;
    // What select does not choose is of no account.
    const isPlain = node.op === OP.select
      ? isFirstSelected(node)
      : !others.some((child) => dependent.has(child));
    if (!isPlain) return undefined;
    path.push(at);
    at = first;
  }
  return path;
}

/** The nodes that change with the input. */
function dependents({ nodes }: Graph, input: number): Set<number> {
  const found = new Set([input]);
  for (const [at, node] of nodes.entries()) {
    const depends = (other: GraphNode) =>
      other.kind === "operator" &&
      other.children.some((child) => found.has(child));
    if (depends(node)) found.add(at);
  }
  return found;
}

function isFirstSelected({ parameters }: OperatorNode): boolean {
  return parameters.every((byte) => byte === 0);
}

/** By the derivative at the operand x, where the result is y. */
function unary(slope: (x: number, y: number) => number): Backward {
  return ({ operands: [x], result, gradient }) =>
    gradient.map((g, i) => g * slope(x.data[i], result.data[i]));
}

/** gradient · W, row by row, for W of shape [outputs, columns]. */
const cmul: Backward = ({ operands: [x, w], gradient }) => {
  // Rows × outputs, outputs × columns, and rows × columns.
  const outputs = Math.round(
    Math.sqrt(gradient.length * w.data.length / x.data.length),
  );
  const columns = w.data.length / outputs;
  const byInput = new Float64Array(x.data.length);
  for (const [k, g] of gradient.entries()) {
    if (g === 0) continue;
    const row = Math.floor(k / outputs) * columns;
    const weights = (k % outputs) * columns;
    for (let i = 0; i < columns; i++) {
      byInput[row + i] += g * w.data[weights + i];
    }
  }
  return byInput;
};

/** `(g − mean(g) − y · mean(g·y)) / deviation`, row by row. */
const stdnorm: Backward = ({ operands: [x], result: y, gradient }) => {
  const columns = x.dims.at(-1) ?? 1;
  const byInput = new Float64Array(gradient.length);
  for (let at = 0; at < gradient.length; at += columns) {
    const g = gradient.subarray(at, at + columns);
    const standard = y.data.subarray(at, at + columns);
    const deviation = deviationOf(x.data.subarray(at, at + columns));
    const shift = meanOf(g);
    const tilt = meanOf(g.map((value, i) => value * standard[i]));
    byInput.set(
      g.map((value, i) => (value - shift - standard[i] * tilt) / deviation),
      at,
    );
  }
  return byInput;
};

function meanOf(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** 1 where there is no spread, as KANN has it. */
function deviationOf(values: Float32Array | Float64Array): number {
  const mean = meanOf(values);
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return squares === 0 ? 1 : Math.sqrt(squares / values.length);
}

const unchanged: Backward = ({ gradient }) => gradient;

const BACKWARD = new Map<number, Backward>([
  [OP.add, unchanged],
  [OP.sub, unchanged],
  [OP.dropout, unchanged],
  [OP.select, unchanged],
  [OP.cmul, cmul],
  [OP.stdnorm, stdnorm],
  [
    OP.mul,
    ({ operands: [, y], gradient }) =>
      gradient.map((g, i) => g * y.data[i % y.data.length]),
  ],
  [OP.square, unary((x) => 2 * x)],
  [OP.sigm, unary((_, y) => y * (1 - y))],
  [OP.tanh, unary((_, y) => 1 - y * y)],
  [OP.relu, unary((x) => x > 0 ? 1 : 0)],
  [OP.gelu, unary(geluSlope)],
  [OP.exp, unary((_, y) => y)],
  [OP.sin, unary((x) => Math.cos(x))],
  [OP.oneMinus, unary(() => -1)],
]);
