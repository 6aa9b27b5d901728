import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ARCHITECTURES, type DenseLayer } from "../../lib/nn/architectures.ts";
import { type Dataset, DatasetBuilder } from "../../lib/nn/dataset.ts";
import { forward } from "../../lib/nn/forward.ts";
import type { Graph } from "../../lib/nn/graph.ts";
import { decodeKann } from "../../lib/nn/kann.ts";
import { Random } from "../../lib/nn/random.ts";
import { toSparse } from "../../lib/nn/sparse.ts";
import { EQUAL_WEIGHTS } from "../../lib/nn/training/class_weights.ts";
import { LayeredTrainable } from "../../lib/nn/training/layered.ts";
import { Rmsprop } from "../../lib/nn/training/optimiser.ts";
import {
  KANN_PROCEDURE,
  type Procedure,
} from "../../lib/nn/training/options.ts";
import { trainNetwork } from "../../lib/nn/training/train.ts";

/** A training of a real KANN, full batches, from known weights. */
interface KannTraining {
  architecture: string;
  initial_base64: string;
  inputs: number[][];
  truth: [number][];
  learning_rate: number;
  steps: {
    after: number;
    costs: number[];
    outputs: number[];
    kann_base64?: string;
  }[];
}

const FULL_BATCHES: Procedure = { ...KANN_PROCEDURE, validation: 0 };

function fixture(name: string): KannTraining {
  const url = new URL(
    `../fixtures/kann-training/${name}.json`,
    import.meta.url,
  );
  return JSON.parse(Deno.readTextFileSync(url));
}

function graphOf(base64: string): Graph {
  return decodeKann(Uint8Array.fromBase64(base64));
}

function weightsOf(graph: Graph): number[] {
  return graph.nodes.flatMap((node) =>
    node.kind === "leaf" && node.values ? [...node.values] : []
  );
}

function dataOf(kann: KannTraining): Dataset {
  const builder = new DatasetBuilder();
  for (const [i, input] of kann.inputs.entries()) {
    const { indices, values } = toSparse(input);
    builder.add(indices, values, kann.truth[i][0] > 0);
  }
  return builder.build(kann.inputs[0].length);
}

/** The costs before each step, and the network after the last. */
interface Trained {
  costs: number[];
  graph: Graph;
}

/** Compares a training with KANN's, after each number of steps that it saved. */
function compare(
  kann: KannTraining,
  train: (steps: number) => Trained,
): void {
  assertEquals(kann.steps.map((step) => step.after), [1, 2, 10, 25]);
  for (const step of kann.steps) {
    const { costs, graph } = train(step.after);
    assertEquals(costs.length, step.costs.length);
    step.costs.forEach((cost, i) => assertAlmostEquals(costs[i], cost, 1e-4));
    for (const [i, input] of kann.inputs.entries()) {
      const output = forward(graph, input)[0];
      assertAlmostEquals(output, step.outputs[i], 1e-4);
    }
    if (!step.kann_base64) continue;
    const expected = weightsOf(graphOf(step.kann_base64));
    weightsOf(graph).forEach((weight, i) =>
      assertAlmostEquals(weight, expected[i], 1e-4)
    );
  }
}

const CASES = ARCHITECTURES.flatMap((architecture) =>
  (["wasm", "twin"] as const).map((kernels) => ({ architecture, kernels }))
);

for (const { architecture, kernels } of CASES) {
  Deno.test(`training does step for step what KANN does: ${architecture}, ${kernels}`, () => {
    const kann = fixture(architecture);
    const data = dataOf(kann);
    const inputOf = Int32Array.from({ length: data.inputs }, (_, i) => i);
    compare(kann, (steps) => {
      const costs: number[] = [];
      const graph = trainNetwork(data, {
        architecture,
        hiddenLayerMultiplier: 1.5,
        procedure: {
          ...FULL_BATCHES,
          miniBatch: data.size,
          epochs: steps,
          learningRate: kann.learning_rate,
        },
        seed: 1,
        kernels,
        start: { graph: graphOf(kann.initial_base64), inputOf },
        onEpoch: ({ cost }) => costs.push(cost),
      });
      return { costs, graph };
    });
  });
}

Deno.test("training does step for step what KANN does: layer normalisation before ReLU", () => {
  const kann = fixture("layernorm");
  const data = dataOf(kann);
  const initial = graphOf(kann.initial_base64);
  const arrays = initial.nodes.flatMap((node) =>
    node.kind === "leaf" && node.values ? [node.values] : []
  );
  const [weights, biases, gains, shifts, ...last] = arrays;
  const width = biases.length;
  const rows = Uint32Array.from({ length: data.size }, (_, row) => row);
  compare(kann, (steps) => {
    const network = new LayeredTrainable(data, [
      { weights, biases, norm: { gains, shifts } },
      { weights: last[0], biases: last[1] },
    ], {
      blueprint: [{ width, hasNorm: true, activation: "relu", dropout: 0 }],
      miniBatch: data.size,
      optimiser: new Rmsprop(),
      inputDropout: 0,
      classWeights: EQUAL_WEIGHTS,
      random: new Random(1),
      toGraph: (layers) => withLayers(initial, layers),
    });
    const costs = Array.from(
      { length: steps },
      () => network.step(rows, kann.learning_rate, 0),
    );
    return { costs, graph: network.graph() };
  });
});

/** The same graph with other weights. */
function withLayers({ nodes }: Graph, layers: DenseLayer[]): Graph {
  const arrays = layers.flatMap(({ weights, biases, norm }) =>
    norm ? [weights, biases, norm.gains, norm.shifts] : [weights, biases]
  );
  return {
    nodes: nodes.map((node) =>
      node.kind === "leaf" && node.values
        ? { ...node, values: arrays.shift()! }
        : node
    ),
  };
}
