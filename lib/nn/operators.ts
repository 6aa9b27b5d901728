/**
 * KANN's operators, as far as they occur between the input and the output of
 * rspamd's networks: each takes the values of its operands and gives its own
 * (rspamd `contrib/kann/kautodiff.c`, forward pass).
 *
 * @module
 */

import { gelu } from "./gelu.ts";
import { NetworkError, OP, type OperatorNode } from "./graph.ts";

/** An array of numbers with a shape, row-major. */
export interface Tensor {
  dims: readonly number[];
  /** Of leaves the weights themselves, which nothing may change. */
  data: Float32Array | Float64Array;
}

/** More in one product than any network for mail needs: a damaged file. */
const MAX_MULTIPLICATIONS = 2 ** 26;
/** The same of the elements that it has. */
const MAX_PRODUCT = 2 ** 18;

/** Computes the value of an operator node. */
type Operator = (operands: Tensor[], node: OperatorNode) => Tensor;

/** The value of an operator node. Throws {@linkcode NetworkError}. */
export function applyOperator(node: OperatorNode, operands: Tensor[]): Tensor {
  const operator = OPERATORS.get(node.op);
  if (operator === undefined) {
    throw new NetworkError(
      `the network uses KANN's operator ${node.op}, which neurald cannot compute`,
    );
  }
  if (operands.length < (TAKES_TWO.has(node.op) ? 2 : 1)) {
    throw new NetworkError(`KANN's operator ${node.op} lacks an operand`);
  }
  return operator(operands, node);
}

/** In double precision, whatever the operand has. */
function mapped(
  data: Tensor["data"],
  fn: (value: number, i: number) => number,
): Float64Array {
  const result = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) result[i] = fn(data[i], i);
  return result;
}

function unary(fn: (x: number) => number): Operator {
  return ([x]) => ({ dims: x.dims, data: mapped(x.data, fn) });
}

/** The second operand is repeated along the first. */
function binary(fn: (x: number, y: number) => number): Operator {
  return ([x, y]) => {
    const period = y.data.length;
    if (x.data.length % period !== 0) throw misfit(x, y);
    const data = mapped(x.data, (value, i) => fn(value, y.data[i % period]));
    return { dims: x.dims, data };
  };
}

/** Combines arrays of one size, element by element. */
function nary(fn: (values: number[]) => number): Operator {
  return (operands) => {
    const [first] = operands;
    const other = operands.find((x) => x.data.length !== first.data.length);
    if (other) throw misfit(first, other);
    const data = mapped(
      first.data,
      (_, i) => fn(operands.map((x) => x.data[i])),
    );
    return { dims: first.dims, data };
  };
}

/** Changes every row of a copy in place. */
function rowwise(fn: (row: Float64Array) => void): Operator {
  return ([x]) => {
    const columns = x.dims.at(-1) ?? 1;
    const data = new Float64Array(x.data);
    for (let at = 0; at < data.length; at += columns) {
      fn(data.subarray(at, at + columns));
    }
    return { dims: x.dims, data };
  };
}

/**
 * x · Wᵀ, where a column may span several trailing dimensions of the operand
 * that has the shorter last one.
 */
const cmul: Operator = ([x, w]) => {
  const columns = Math.max(x.dims.at(-1) ?? 1, w.dims.at(-1) ?? 1);
  if (spanned(x, columns) !== columns || spanned(w, columns) !== columns) {
    throw misfit(x, w);
  }
  return multiply(x, w, columns, { column: 1, output: columns });
};

/** x · W */
const matmul: Operator = ([x, w]) => {
  const columns = x.data.length / (x.dims.length === 1 ? 1 : x.dims[0]);
  if (columns !== (w.dims.length === 1 ? 1 : w.dims[0])) throw misfit(x, w);
  const outputs = w.data.length / columns;
  return multiply(x, w, columns, { column: outputs, output: 1 });
};

/**
 * Every row of x by every output of w. Zeros of x, which most of its elements
 * are, cost nothing.
 *
 * @param strides how far apart the weights of w are, of two columns and of two
 * outputs
 */
function multiply(
  x: Tensor,
  w: Tensor,
  columns: number,
  strides: { column: number; output: number },
): Tensor {
  const rows = x.data.length / columns;
  const outputs = w.data.length / columns;
  const elements = rows * outputs;
  if (elements > MAX_PRODUCT || elements * columns > MAX_MULTIPLICATIONS) {
    throw new NetworkError(
      "the network multiplies matrices that are too large",
    );
  }
  const data = new Float64Array(elements);
  const values = new Float64Array(columns);
  const offsets = new Uint32Array(columns);
  for (let row = 0; row < rows; row++) {
    let count = 0;
    for (let k = 0; k < columns; k++) {
      const value = x.data[row * columns + k];
      if (value === 0) continue;
      values[count] = value;
      offsets[count++] = k * strides.column;
    }
    for (let output = 0; output < outputs; output++) {
      const start = output * strides.output;
      let sum = 0;
      for (let j = 0; j < count; j++) {
        sum += values[j] * w.data[start + offsets[j]];
      }
      data[row * outputs + output] = sum;
    }
  }
  return { dims: [rows, outputs], data };
}

/** Product of as many trailing dimensions as are needed for `columns`. */
function spanned({ dims }: Tensor, columns: number): number {
  let size = 1;
  for (let i = dims.length - 1; i >= 0 && size < columns; i--) size *= dims[i];
  return size;
}

function misfit(x: Tensor, y: Tensor): NetworkError {
  return new NetworkError(
    `shapes [${x.dims.join(", ")}] and [${y.dims.join(", ")}] do not fit`,
  );
}

/** Mean 0 and standard deviation 1; without a spread it only centres. */
function standardise(row: Float64Array): void {
  const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
  const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) /
    row.length;
  const scale = variance === 0 ? 1 : 1 / Math.sqrt(variance);
  for (let i = 0; i < row.length; i++) row[i] = (row[i] - mean) * scale;
}

function softmax(row: Float64Array): void {
  const max = row.reduce((a, b) => Math.max(a, b), -Infinity);
  for (let i = 0; i < row.length; i++) row[i] = Math.exp(row[i] - max);
  const sum = row.reduce((a, b) => a + b, 0);
  for (let i = 0; i < row.length; i++) row[i] /= sum;
}

/** The operand that the node's parameter, an int32, points at; −1: the last. */
const select: Operator = (operands, node) => {
  const view = new DataView(
    node.parameters.buffer,
    node.parameters.byteOffset,
    node.parameters.byteLength,
  );
  const choice = view.byteLength >= 4 ? view.getInt32(0, true) : 0;
  const operand = operands.at(choice);
  if (operand === undefined) {
    throw new NetworkError(`a select node chooses operand ${choice}`);
  }
  return operand;
};

const TAKES_TWO: ReadonlySet<number> = new Set(
  [OP.add, OP.sub, OP.mul, OP.cmul, OP.matmul],
);

const OPERATORS = new Map<number, Operator>([
  [OP.add, binary((x, y) => x + y)],
  [OP.sub, binary((x, y) => x - y)],
  [OP.mul, binary((x, y) => x * y)],
  [OP.cmul, cmul],
  [OP.matmul, matmul],
  [OP.square, unary((x) => x * x)],
  [OP.sigm, unary((x) => 1 / (1 + Math.exp(-x)))],
  [OP.tanh, unary(Math.tanh)],
  [OP.relu, unary((x) => Math.max(x, 0))],
  [OP.gelu, unary(gelu)],
  [OP.exp, unary(Math.exp)],
  [OP.log, unary(Math.log)],
  [OP.sin, unary(Math.sin)],
  [OP.oneMinus, unary((x) => 1 - x)],
  [OP.avg, nary((xs) => xs.reduce((a, b) => a + b) / xs.length)],
  [OP.max, nary((xs) => Math.max(...xs))],
  [OP.stdnorm, rowwise(standardise)],
  [OP.softmax, rowwise(softmax)],
  // Dropout does nothing when a network answers.
  [OP.dropout, ([x]) => x],
  [OP.select, select],
]);
