import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { layersOf } from "../../../lib/nn/architectures.ts";
import { forward } from "../../../lib/nn/forward.ts";
import { type Graph, inputSize } from "../../../lib/nn/graph.ts";
import { encodeKann } from "../../../lib/nn/kann.ts";
import {
  KANN_PROCEDURE,
  PROCEDURES,
  type TrainingOptions,
} from "../../../lib/nn/training/options.ts";
import { trainNetwork } from "../../../lib/nn/training/train.ts";
import { assertClose } from "../close.ts";
import {
  embeddingGraphs,
  linearGraphs,
  reluGraphs,
  symbolGraphs,
} from "../graphs.ts";
import { vectorsOf } from "../vectors.ts";
import { datasetOf, mailLike } from "./samples.ts";

/** No epoch, and nothing after it: the network as the training begins. */
const NOTHING = { ...KANN_PROCEDURE, epochs: 0 };

/** Goes on from a network whose inputs were others. */
function goOn(
  architecture: TrainingOptions["architecture"],
  graph: Graph,
  inputOf: readonly number[],
  more: Partial<TrainingOptions> = {},
): Graph {
  return trainNetwork(datasetOf(mailLike(40, inputOf.length, 1)), {
    architecture,
    hiddenLayerMultiplier: 1.5,
    procedure: NOTHING,
    seed: 1,
    start: { graph, inputOf: Int32Array.from(inputOf) },
    ...more,
  });
}

/** Networks, the inputs that they go on with, and a vector for the new one. */
function cases(graphs: fc.Arbitrary<Graph>) {
  return graphs.chain((graph) => {
    const old = inputSize(graph);
    // Some of the old inputs in any order, and among them new ones.
    const inputs = fc.uniqueArray(fc.integer({ min: -3, max: old - 1 }), {
      minLength: 1,
    });
    return inputs.chain((inputs) =>
      fc.record({
        graph: fc.constant(graph),
        inputOf: fc.constant(inputs.map((input) => Math.max(-1, input))),
        vector: vectorsOf(inputs.length),
        multiplier: fc.constantFrom(0.1, 0.5, 1.5, 4),
      })
    );
  });
}

for (
  const [architecture, graphs] of [
    ["symbol", symbolGraphs],
    ["linear", linearGraphs],
    ["mlp", reluGraphs],
    ["embedding", embeddingGraphs],
  ] as const
) {
  Deno.test(`${architecture}: a network that goes on answers what it answered before`, () => {
    fc.assert(
      fc.property(cases(graphs), ({ graph, inputOf, vector, multiplier }) => {
        const before = new Array(inputSize(graph)).fill(0);
        inputOf.forEach((old, i) => old >= 0 && (before[old] = vector[i]));
        const next = goOn(architecture, graph, inputOf, {
          hiddenLayerMultiplier: multiplier,
        });
        assertClose(forward(next, vector)[0], forward(graph, before)[0]);
      }),
      { numRuns: 300 },
    );
  });

  Deno.test(`${architecture}: a network that goes on unchanged is the same, bit for bit`, () => {
    fc.assert(fc.property(graphs, (graph) => {
      const inputOf = Array.from({ length: inputSize(graph) }, (_, i) => i);
      const same = goOn(architecture, graph, inputOf, {
        hiddenLayerMultiplier: 0,
      });
      assertEquals(encodeKann(same), encodeKann(graph));
    }));
  });

  Deno.test(`${architecture}: new inputs and units learn, and going on costs less`, () => {
    const samples = mailLike(200, 24, 1);
    const train = (
      inputs: number,
      inputOf?: number[],
      graph?: Graph,
    ) => {
      const costs: number[] = [];
      const vectors = samples.vectors.map((vector) => vector.slice(0, inputs));
      const trained = trainNetwork(datasetOf({ ...samples, inputs, vectors }), {
        architecture,
        hiddenLayerMultiplier: 0.5,
        procedure: { ...PROCEDURES[architecture], miniBatch: 16 },
        seed: 3,
        start: graph && { graph, inputOf: Int32Array.from(inputOf!) },
        onEpoch: ({ cost }) => costs.push(cost),
      });
      return { trained, costs };
    };
    const first = train(12);
    const inputOf = samples.vectors[0].map((_, i) => i < 12 ? i : -1);
    const next = train(24, inputOf, first.trained);
    const anew = train(24);
    assert(next.costs[0] < anew.costs[0], "it began anew");
    assert(next.costs.at(-1)! < first.costs.at(-1)!, "it learned nothing");
    const layers = layersOf(next.trained, architecture)!;
    const units = layers[0].biases.length;
    const expected = { symbol: 13, linear: 1, mlp: 128, embedding: 32 };
    assertEquals(units, expected[architecture]);
    // Inputs from 12 on are new, and so are hidden units from 7 on.
    for (let input = 12; input < 24; input++) {
      const column = Array.from(
        { length: Math.min(units, 7) },
        (_, unit) => layers[0].weights[unit * 24 + input],
      );
      // A rectified unit that no sample wakes learns nothing.
      const asleep = architecture === "mlp" ? 6 : 0;
      const idle = column.filter((weight) => weight === 0).length;
      assert(idle <= asleep, `input ${input}`);
    }
    assert(layers.at(-1)!.weights.every((weight) => weight !== 0));
  });
}

Deno.test("a network of another architecture is not gone on from", () => {
  const [symbol] = fc.sample(symbolGraphs, 1);
  const [linear] = fc.sample(linearGraphs, 1);
  for (
    const [architecture, other] of [
      ["linear", symbol],
      ["symbol", linear],
    ] as const
  ) {
    const inputOf = Array.from({ length: inputSize(other) }, (_, i) => i);
    const begun = goOn(architecture, other, inputOf);
    const anew = goOn(architecture, other, inputOf, { start: undefined });
    assertEquals(encodeKann(begun), encodeKann(anew));
    const same = goOn(architecture, begun, inputOf, { seed: 2 });
    const differently = goOn(architecture, begun, inputOf, {
      seed: 2,
      start: undefined,
    });
    assertNotEquals(encodeKann(same), encodeKann(differently));
  }
});
