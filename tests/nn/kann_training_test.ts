import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Architecture } from "../../lib/nn/architectures.ts";
import { DatasetBuilder } from "../../lib/nn/dataset.ts";
import { forward } from "../../lib/nn/forward.ts";
import type { Graph } from "../../lib/nn/graph.ts";
import { decodeKann } from "../../lib/nn/kann.ts";
import { toSparse } from "../../lib/nn/sparse.ts";
import { KANN_PROCEDURE } from "../../lib/nn/training/options.ts";
import { trainNetwork } from "../../lib/nn/training/train.ts";

/** A training of a real KANN, full batches, from known weights. */
interface KannTraining {
  architecture: Architecture;
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

for (const name of ["symbol", "linear", "mlp", "embedding"]) {
  Deno.test(`training does step for step what KANN does: ${name}`, () => {
    const kann = fixture(name);
    const builder = new DatasetBuilder();
    for (const [i, input] of kann.inputs.entries()) {
      const { indices, values } = toSparse(input);
      builder.add(indices, values, kann.truth[i][0] > 0);
    }
    const data = builder.build(kann.inputs[0].length);
    const inputOf = Int32Array.from({ length: data.inputs }, (_, i) => i);
    assertEquals(kann.steps.map((step) => step.after), [1, 2, 10, 25]);
    for (const step of kann.steps) {
      const costs: number[] = [];
      const trained = trainNetwork(data, {
        architecture: kann.architecture,
        hiddenLayerMultiplier: 1.5,
        procedure: {
          ...KANN_PROCEDURE,
          miniBatch: data.size,
          epochs: step.after,
          learningRate: kann.learning_rate,
          validation: 0,
        },
        seed: 1,
        start: { graph: graphOf(kann.initial_base64), inputOf },
        onEpoch: ({ cost }) => costs.push(cost),
      });
      assertEquals(costs.length, step.costs.length);
      step.costs.forEach((cost, i) => assertAlmostEquals(costs[i], cost, 1e-4));
      for (const [i, input] of kann.inputs.entries()) {
        const output = forward(trained, input)[0];
        assertAlmostEquals(output, step.outputs[i], 1e-4);
      }
      if (!step.kann_base64) continue;
      const expected = weightsOf(graphOf(step.kann_base64));
      weightsOf(trained).forEach((weight, i) =>
        assertAlmostEquals(weight, expected[i], 1e-4)
      );
    }
  });
}
