/** Networks to test with: node by node, and arbitrary ones. */

import fc from "fast-check";
import {
  embeddingGraph,
  linearGraph,
  mlpGraph,
  symbolGraph,
} from "../../lib/nn/architectures.ts";
import {
  type Graph,
  type GraphNode,
  LEAF,
  type LeafNode,
  OP,
  type OperatorNode,
  ROLE,
  sizeOf,
} from "../../lib/nn/graph.ts";

/** A leaf; an input where it has that role. */
export function leaf(dims: number[], fields: Partial<LeafNode> = {}): LeafNode {
  return { kind: "leaf", label: 0, role: 0, flag: 0, dims, ...fields };
}

/** The input of a network. */
export function inputLeaf(...dims: number[]): LeafNode {
  return leaf(dims, { role: ROLE.input });
}

/** Weights. */
export function weightsLeaf(
  dims: number[],
  values: ArrayLike<number>,
): LeafNode {
  return leaf(dims, {
    flag: LEAF.variable,
    values: Float32Array.from(values),
  });
}

/** An operator on other nodes. */
export function operator(
  op: number,
  children: number[],
  fields: Partial<OperatorNode> = {},
): OperatorNode {
  return {
    kind: "operator",
    label: 0,
    role: 0,
    flag: LEAF.variable,
    op,
    children,
    previous: -1,
    parameters: new Uint8Array(0),
    ...fields,
  };
}

/** A network of nodes, the last of which is the output. */
export function graphOf(...nodes: GraphNode[]): Graph {
  return {
    nodes: nodes.map((node, i) =>
      i === nodes.length - 1 ? { ...node, role: node.role | ROLE.output } : node
    ),
  };
}

/** Weights of a shape, each between −2 and 2. */
export function arbitraryWeights(
  ...dims: number[]
): fc.Arbitrary<Float32Array<ArrayBufferLike>> {
  const size = sizeOf(dims);
  return fc.float32Array({
    min: -2,
    max: 2,
    noNaN: true,
    minLength: size,
    maxLength: size,
  });
}

function arbitraryLayer(inputs: number, outputs: number) {
  return fc.record({
    weights: arbitraryWeights(outputs, inputs),
    biases: arbitraryWeights(outputs),
  });
}

const smallSize = fc.integer({ min: 1, max: 8 });

/** Symbol networks of 1 to 8 inputs and hidden units. */
export const symbolGraphs: fc.Arbitrary<Graph> = fc.tuple(smallSize, smallSize)
  .chain(([inputs, hidden]) =>
    fc.tuple(arbitraryLayer(inputs, hidden), arbitraryLayer(hidden, 1))
      .map((layers) => symbolGraph(inputs, layers))
  );

/** Linear networks of 1 to 8 inputs. */
export const linearGraphs: fc.Arbitrary<Graph> = smallSize.chain((inputs) =>
  arbitraryLayer(inputs, 1).map((layer) => linearGraph(inputs, layer))
);

/** What may stand between two layers, or after the last. */
const NON_LINEAR = [OP.relu, OP.tanh, OP.sigm, OP.gelu, OP.sin, OP.stdnorm];

/** How a network of dense layers is put together. */
interface Recipe {
  widths: number[];
  beforeFirst: number[];
  /** After each layer but the last. */
  between: number[];
  last: number[];
  biases: boolean;
  constants: boolean;
  weights: Float32Array<ArrayBufferLike>;
}

function build(recipe: Recipe): Graph {
  const { widths, beforeFirst, between, last, biases, constants } = recipe;
  const nodes: GraphNode[] = [inputLeaf(1, widths[0])];
  let at = 0;
  let used = 0;
  const parameter = (...dims: number[]) => {
    const values = recipe.weights.subarray(used, used += sizeOf(dims));
    const node = weightsLeaf(dims, values);
    if (constants) node.flag = LEAF.constant;
    return nodes.push(node) - 1;
  };
  const apply = (op: number, ...others: number[]) => {
    at = nodes.push(operator(op, [at, ...others])) - 1;
  };
  beforeFirst.forEach((op) => apply(op));
  for (let layer = 1; layer < widths.length; layer++) {
    apply(OP.cmul, parameter(widths[layer], widths[layer - 1]));
    if (biases) apply(OP.add, parameter(widths[layer]));
    const after = layer < widths.length - 1 ? between : last;
    after.forEach((op) => apply(op));
  }
  return graphOf(...nodes);
}

function recipes(
  minLayers: number,
  parts: {
    [Part in "beforeFirst" | "between" | "last"]: fc.Arbitrary<number[]>;
  },
  constants: fc.Arbitrary<boolean>,
): fc.Arbitrary<Graph> {
  const inputsAndHidden = fc.array(smallSize, {
    minLength: minLayers,
    maxLength: 4,
  });
  return inputsAndHidden.chain((sizes) => {
    const widths = [...sizes, 1];
    const count = widths.slice(1)
      .reduce((sum, width, i) => sum + width * (widths[i] + 1), 0);
    return fc.record({
      ...parts,
      widths: fc.constant(widths),
      biases: fc.boolean(),
      constants,
      weights: arbitraryWeights(count),
    }).map(build);
  });
}

const none = fc.constant<number[]>([]);
const maybe = (...ops: number[]) =>
  fc.oneof(none, fc.constantFrom(...ops).map((op) => [op]));

/** Dense layers with nothing between them: each of them is a weighted sum. */
export const weightedSums: fc.Arbitrary<Graph> = fc.oneof(
  symbolGraphs,
  linearGraphs,
  recipes(
    1,
    {
      beforeFirst: maybe(OP.relu),
      between: none,
      last: maybe(OP.tanh, OP.sigm),
    },
    fc.constant(false),
  ),
);

/** Dense layers with a non-linear operator between each two. */
export const mlpGraphs: fc.Arbitrary<Graph> = recipes(
  2,
  {
    beforeFirst: none,
    between: fc.constantFrom(...NON_LINEAR).map((op) => [op]),
    last: fc.constant([OP.tanh]),
  },
  fc.constant(false),
);

/** The same with one hidden layer of rectified units. */
export const reluGraphs: fc.Arbitrary<Graph> = fc.tuple(smallSize, smallSize)
  .chain(([inputs, units]) =>
    fc.tuple(arbitraryLayer(inputs, units), arbitraryLayer(units, 1))
      .map((layers) => mlpGraph(inputs, layers))
  );

/** rspamd's embedding networks of one block. */
export const embeddingGraphs: fc.Arbitrary<Graph> = fc
  .tuple(smallSize, smallSize)
  .chain(([inputs, units]) =>
    fc.tuple(
      arbitraryLayer(inputs, units),
      arbitraryLayer(1, units),
      arbitraryLayer(units, 1),
    ).map(([block, { weights: gains, biases: shifts }, last]) =>
      embeddingGraph(inputs, [{ ...block, norm: { gains, shifts } }, last], 0)
    )
  );

/** Dense layers, of weights or constants, with anything around them. */
export const layeredGraphs: fc.Arbitrary<Graph> = recipes(
  1,
  {
    beforeFirst: maybe(...NON_LINEAR),
    between: maybe(...NON_LINEAR),
    last: maybe(...NON_LINEAR, OP.exp, OP.softmax, OP.square),
  },
  fc.boolean(),
);
