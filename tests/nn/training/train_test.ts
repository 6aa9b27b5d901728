import {
  assert,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import {
  type Architecture,
  ARCHITECTURES,
  embeddingGraph,
  layersOf,
  linearGraph,
  mlpGraph,
  symbolGraph,
} from "../../../lib/nn/architectures.ts";
import { rowOf } from "../../../lib/nn/dataset.ts";
import type { Graph } from "../../../lib/nn/graph.ts";
import { encodeKann } from "../../../lib/nn/kann.ts";
import { createPredictor } from "../../../lib/nn/predictor.ts";
import { measure } from "../../../lib/nn/quality/metrics.ts";
import {
  DEFAULT_PROCEDURE,
  type EpochReport,
  KANN_PROCEDURE,
  type TrainingOptions,
} from "../../../lib/nn/training/options.ts";
import { TrainingError, trainNetwork } from "../../../lib/nn/training/train.ts";
import { datasetOf, mailLike } from "./samples.ts";

const DATA = datasetOf(mailLike(200, 24, 1));

function optionsFor(
  architecture: Architecture,
  more: Partial<TrainingOptions> = {},
): TrainingOptions {
  return {
    architecture,
    hiddenLayerMultiplier: 0.5,
    procedure: {
      ...DEFAULT_PROCEDURE,
      epochs: 8,
      miniBatch: 16,
      learningRate: 0.05,
    },
    seed: 1,
    ...more,
  };
}

/** Trains, and keeps what is reported. */
function trained(options: TrainingOptions, data = DATA) {
  const reports: EpochReport[] = [];
  const onEpoch = (report: EpochReport) => reports.push(report);
  return { graph: trainNetwork(data, { ...options, onEpoch }), reports };
}

for (const architecture of ARCHITECTURES) {
  Deno.test(`${architecture}: a seed gives one network, bit for bit`, () => {
    const train = (seed: number) =>
      encodeKann(trainNetwork(DATA, optionsFor(architecture, { seed })));
    assertEquals(train(1), train(1));
    assertNotEquals(train(1), train(2));
  });

  Deno.test(`${architecture}: what is trained tells spam from ham`, () => {
    const { graph, reports } = trained(optionsFor(architecture));
    const predictor = createPredictor(graph);
    const outputs = Float64Array.from(
      { length: DATA.size },
      (_, i) => predictor.output(rowOf(DATA, i)),
    );
    assert(measure(outputs, DATA.isSpam).auc > 0.9);
    assertEquals(reports.map(({ epoch }) => epoch), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert(reports.every(({ epochs }) => epochs === 8));
    assert(reports[7].cost < reports[0].cost);
    assertEquals(reports[0].validationCost, undefined);
  });

  Deno.test(`${architecture}: samples are not changed`, () => {
    const before = structuredClone(DATA);
    trainNetwork(DATA, optionsFor(architecture));
    assertEquals(DATA, before);
  });

  Deno.test(`${architecture}: training needs samples of both classes`, () => {
    for (const isSpam of [0, 1]) {
      const data = { ...DATA, isSpam: new Uint8Array(DATA.size).fill(isSpam) };
      assertThrows(
        () => trainNetwork(data, optionsFor(architecture)),
        TrainingError,
        isSpam ? "200 and 0" : "0 and 200",
      );
    }
  });

  Deno.test(`${architecture}: a number that is none fails the training`, () => {
    for (const wrong of [NaN, Infinity, -Infinity]) {
      // ReLU lets nothing of it through.
      if (architecture === "symbol" && wrong === -Infinity) continue;
      const values = DATA.values.slice();
      values[17] = wrong;
      assertThrows(
        () => trainNetwork({ ...DATA, values }, optionsFor(architecture)),
        TrainingError,
        "the cost of epoch",
      );
    }
  });
}

/** A network that answers everything with a sum far on one side. */
function saturated(architecture: Architecture, sum: number): Graph {
  const { inputs } = DATA;
  const layer = (outputs: number, inputs: number) => ({
    weights: new Float32Array(outputs * inputs)
      .map((_, i) => 0.01 + 0.001 * i),
    biases: new Float32Array(outputs),
  });
  const last = (inputs: number) => ({
    ...layer(1, inputs),
    biases: Float32Array.of(sum),
  });
  const norm = {
    gains: new Float32Array(5).fill(0.01),
    shifts: new Float32Array(5),
  };
  switch (architecture) {
    case "symbol":
      return symbolGraph(inputs, [layer(5, inputs), last(5)]);
    case "linear":
      return linearGraph(inputs, last(inputs));
    case "mlp":
      return mlpGraph(inputs, [layer(5, inputs), last(5)]);
    case "embedding":
      return embeddingGraph(inputs, [
        { ...layer(5, inputs), norm },
        last(5),
      ], 0);
  }
}

/** The gradient of KANN: that of the cost, then that of the tanh, in float32. */
function kannGradient(sum: number, truth: number): number {
  const output = Math.fround(Math.tanh(sum));
  const tiny = 1e-9;
  const byOutput = -((1 + truth) / (1 + output + tiny) -
    (1 - truth) / (1 - output + tiny)) / 2;
  return byOutput * Math.fround(1 - output * output);
}

for (const architecture of ARCHITECTURES) {
  for (const sum of [25, -25]) {
    Deno.test(`${architecture}: training does not stick where every output is ${Math.sign(sum)}`, () => {
      assertEquals(Math.fround(Math.tanh(sum)), Math.sign(sum));
      // There KANN has no way to go.
      assertEquals(Math.abs(kannGradient(sum, 1)), 0);
      assertEquals(Math.abs(kannGradient(sum, -1)), 0);
      const { reports } = trained(optionsFor(architecture, {
        procedure: {
          ...KANN_PROCEDURE,
          validation: 0,
          epochs: 100,
          learningRate: 0.1,
        },
        start: {
          graph: saturated(architecture, sum),
          inputOf: Int32Array.from({ length: DATA.inputs }, (_, i) => i),
        },
      }));
      const costs = reports.map(({ cost }) => cost);
      assert(costs[0] > 10, `${costs[0]}`);
      assert(costs.at(-1)! < costs[0] / 10, `${costs.at(-1)}`);
    });
  }

  Deno.test(`${architecture}: KANN's procedure keeps the epoch that validates best`, () => {
    // Some labels are wrong: what is learned of them does not last.
    const noise = mailLike(120, 30, 7);
    noise.isSpam.forEach((isSpam, i) =>
      noise.isSpam[i] = isSpam !== (i % 3 < 1)
    );
    const data = datasetOf(noise);
    const procedure = {
      ...KANN_PROCEDURE,
      epochs: 80,
      miniBatch: 8,
      learningRate: 0.1,
      validation: 0.3,
      patience: 4,
    };
    let detours = 0;
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const { graph, reports } = trained(
        optionsFor(architecture, { procedure, seed }),
        data,
      );
      const costs = reports.map(({ validationCost }) => validationCost!);
      const { best, last } = bestOf(costs, procedure.patience);
      assertEquals(costs.length, last, "it ended early, or never");
      const until = costs.slice(procedure.patience, best);
      if (until.some((cost, i) => cost > until[i - 1])) detours++;
      // The same training, ended after the best epoch.
      const { graph: ended } = trained(
        optionsFor(architecture, {
          procedure: { ...procedure, epochs: best, patience: 1000 },
          seed,
        }),
        data,
      );
      assertEquals(encodeKann(graph), encodeKann(ended));
    }
    // That one knows the noise by heart before the first of them.
    if (architecture === "embedding") return;
    assert(detours > 0, "each epoch was better until the best");
  });
}

/** Which epoch is the best, and after which one training ends, by KANN's rule. */
function bestOf(costs: number[], patience: number) {
  let best = patience + 1;
  for (let epoch = best; epoch <= costs.length; epoch++) {
    if (costs[epoch - 1] < costs[best - 1]) best = epoch;
    if (epoch - best >= patience) return { best, last: epoch };
  }
  return { best, last: Infinity };
}

Deno.test("validation takes samples away from training", () => {
  const few = datasetOf(mailLike(40, 6, 4));
  const epochs = 2;
  const run = (validation: number) => {
    const procedure = { ...KANN_PROCEDURE, epochs, validation };
    return trained(optionsFor("linear", { procedure }), few).reports;
  };
  assertEquals(run(0).map(({ validationCost }) => validationCost), [
    undefined,
    undefined,
  ]);
  assert(run(0.5).every(({ validationCost }) => validationCost! > 0));
  assertThrows(() => run(1), TrainingError, "the cost of epoch 1 is NaN");
});

Deno.test("negative inputs do not pass a symbol network, and pass a linear one", () => {
  const samples = mailLike(100, 5, 6);
  const rectified = samples.vectors
    .map((vector) => vector.map((x) => Math.max(0, x)));
  /** The greatest difference that the negative inputs make to a weight. */
  const difference = (architecture: Architecture) => {
    const [a, b] = [samples.vectors, rectified].map((vectors) => {
      const data = datasetOf({ ...samples, vectors });
      const graph = trainNetwork(data, optionsFor(architecture));
      return layersOf(graph, architecture)![0].weights;
    });
    return Math.max(...a.map((weight, i) => Math.abs(weight - b[i])));
  };
  assert(difference("symbol") < 1e-6);
  assert(difference("linear") > 1e-3);
});

Deno.test("a trained network is of its architecture, and of no other", () => {
  for (const architecture of ARCHITECTURES) {
    const graph = trainNetwork(DATA, optionsFor(architecture));
    for (const other of ARCHITECTURES) {
      assertEquals(
        layersOf(graph, other) !== undefined,
        other === architecture,
      );
    }
  }
  const symbol = layersOf(
    trainNetwork(DATA, optionsFor("symbol", { hiddenLayerMultiplier: 1.5 })),
    "symbol",
  )!;
  assertEquals(symbol[0].biases.length, Math.floor(1.5 * DATA.inputs + 1));
});

Deno.test("a procedure that chooses an epoch and averages several is refused", () => {
  const procedure = { ...KANN_PROCEDURE, averageFrom: 0.5 };
  assertThrows(
    () => trainNetwork(DATA, optionsFor("linear", { procedure })),
    TrainingError,
    "not both",
  );
});

Deno.test("the last bias is where the cost is least, however far away", () => {
  const sum = fc.integer({ min: -300, max: 300 });
  const some = fc.array(sum, { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(some, some, (spam, ham) => {
      const sums = [...spam, ...ham];
      const truths = [...spam.map(() => 1), ...ham.map(() => -1)];
      const graph = trainNetwork(
        datasetOf({
          inputs: 1,
          vectors: sums.map((x) => [x]),
          isSpam: truths.map((truth) => truth === 1),
        }),
        optionsFor("linear", {
          procedure: { ...DEFAULT_PROCEDURE, epochs: 0 },
          start: {
            graph: linearGraph(1, {
              weights: Float32Array.of(1),
              biases: Float32Array.of(0),
            }),
            inputOf: Int32Array.of(0),
          },
        }),
      );
      const bias = layersOf(graph, "linear")![0].biases[0];
      // One class counts four times as much as the other at most.
      const slopeAt = (bias: number) =>
        sums.reduce((s, x, i) => {
          const [own, other] = truths[i] === 1 ? [spam, ham] : [ham, spam];
          const weight = Math.max(1, other.length / (4 * own.length));
          return s + weight * (Math.tanh(x + bias) - truths[i]);
        }, 0);
      assert(slopeAt(bias - 0.001) < 0.001, `${bias}`);
      assert(slopeAt(bias + 0.001) > -0.001, `${bias}`);
      // Of biases that cost the same, the one that changes least.
      if (Math.abs(slopeAt(0)) < 1e-12) {
        assert(Math.abs(bias) < 0.001, `${bias}`);
      }
    }),
    { numRuns: 500 },
  );
});
