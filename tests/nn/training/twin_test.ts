import { assert, assertEquals } from "@std/assert";
import { type Architecture, layersOf } from "../../../lib/nn/architectures.ts";
import type { KernelKind } from "../../../lib/nn/kernels/kernels.ts";
import { Random } from "../../../lib/nn/random.ts";
import { initialise } from "../../../lib/nn/training/initialise.ts";
import {
  DEFAULT_PROCEDURE,
  KANN_PROCEDURE,
  type Procedure,
} from "../../../lib/nn/training/options.ts";
import { trainNetwork } from "../../../lib/nn/training/train.ts";
import { type LabelledVectors, trainTwin } from "./dense_twin.ts";
import { datasetOf, mailLike } from "./samples.ts";

/** Trains both ways; fails where a weight or a cost differs by more. */
function compare(
  samples: LabelledVectors,
  architecture: Architecture,
  procedure: Procedure,
  kernels: KernelKind = "wasm",
  tolerance = 1e-5,
): void {
  const costs: number[] = [];
  const data = datasetOf(samples);
  const options = {
    architecture,
    hiddenLayerMultiplier: 0.5,
    procedure,
    seed: 5,
    kernels,
  };
  const graph = trainNetwork(data, {
    ...options,
    onEpoch: ({ cost }) => costs.push(cost),
  });
  const random = new Random(options.seed);
  const initial = layersOf(
    initialise(data, options, random).graph(),
    architecture,
  )!;
  const twin = trainTwin(samples, initial, procedure, random);
  const layers = layersOf(graph, architecture)!;
  assertEquals(layers.length, twin.layers.length);
  assertNear(Float64Array.from(costs), Float64Array.from(twin.costs));
  layers.forEach(({ weights, biases }, i) => {
    assertNear(weights, twin.layers[i].weights);
    assertNear(biases, twin.layers[i].biases);
  });

  function assertNear(
    actual: Float32Array | Float64Array,
    expected: Float64Array,
  ) {
    assertEquals(actual.length, expected.length);
    expected.forEach((x, i) => {
      const difference = Math.abs(actual[i] - x);
      assert(difference <= tolerance, `${i}: ${actual[i]}, not ${x}`);
    });
  }
}

const SAMPLES = mailLike(150, 40, 1);
const ALL_AT_ONCE: Procedure = {
  ...DEFAULT_PROCEDURE,
  miniBatch: 16,
  epochs: 6,
  learningRate: 0.02,
};
const NONE: Procedure = { ...KANN_PROCEDURE, validation: 0 };

const PROCEDURES: Record<string, Procedure> = {
  "KANN's": { ...NONE, miniBatch: 16, epochs: 5 },
  "one sample at a time": { ...NONE, miniBatch: 1, epochs: 2 },
  "weight decay": { ...NONE, miniBatch: 16, epochs: 5, weightDecay: 2 },
  "a falling rate": { ...NONE, miniBatch: 16, epochs: 5, schedule: "linear" },
  "averages": { ...NONE, miniBatch: 16, epochs: 5, averageFrom: 0.3 },
  "a fitted bias": { ...NONE, miniBatch: 16, epochs: 5, fitBias: true },
  "all of it": ALL_AT_ONCE,
};

for (const architecture of ["symbol", "linear"] as const) {
  for (const [name, procedure] of Object.entries(PROCEDURES)) {
    Deno.test(`${architecture} is trained as by dense loops: ${name}`, () => {
      compare(SAMPLES, architecture, procedure);
    });
  }

  Deno.test(`${architecture} is trained as by dense loops without SIMD`, () => {
    compare(SAMPLES, architecture, ALL_AT_ONCE, "twin");
  });

  Deno.test(`${architecture}: an input that is seen again after long is up to date`, () => {
    // One input fires in the first and the last samples of an epoch at most.
    const samples = mailLike(300, 20, 2);
    samples.vectors.forEach((vector, i) => vector[3] = i % 150 === 0 ? 1 : 0);
    compare(samples, architecture, {
      ...ALL_AT_ONCE,
      miniBatch: 1,
      epochs: 3,
      learningRate: 0.005,
    });
  });

  Deno.test(`${architecture}: weight decay goes on however many steps it has`, () => {
    // What is left of a weight after all of them is less than a number can be.
    compare(mailLike(100, 10, 3), architecture, {
      ...NONE,
      miniBatch: 5,
      epochs: 60,
      learningRate: 0.05,
      weightDecay: 10,
    });
  });
}
