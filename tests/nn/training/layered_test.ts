import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { layersOf, mlpGraph } from "../../../lib/nn/architectures.ts";
import { type Dataset, rowOf } from "../../../lib/nn/dataset.ts";
import { createPredictor } from "../../../lib/nn/predictor.ts";
import { measure, type Metrics } from "../../../lib/nn/quality/metrics.ts";
import { Random } from "../../../lib/nn/random.ts";
import { balancedWeights } from "../../../lib/nn/training/class_weights.ts";
import { Ensemble } from "../../../lib/nn/training/ensemble.ts";
import {
  foldScale,
  inputScale,
  scaleData,
} from "../../../lib/nn/training/input_scale.ts";
import { LayeredTrainable } from "../../../lib/nn/training/layered.ts";
import { Adam } from "../../../lib/nn/training/optimiser.ts";
import {
  type LayeredProcedure,
  MLP_PROCEDURE,
} from "../../../lib/nn/training/options.ts";
import { trainNetwork } from "../../../lib/nn/training/train.ts";
import { datasetOf, mailLike } from "./samples.ts";

const DATA = datasetOf(mailLike(120, 12, 2));
const ROWS = Uint32Array.from({ length: DATA.size }, (_, row) => row);

function trained(data: Dataset, more: Partial<LayeredProcedure> = {}) {
  return trainNetwork(data, {
    architecture: "mlp",
    hiddenLayerMultiplier: 1,
    procedure: {
      ...MLP_PROCEDURE,
      layered: { ...MLP_PROCEDURE.layered, ...more },
    },
    seed: 1,
  });
}

function randomMember(seed: number, data: Dataset): LayeredTrainable {
  const random = new Random(seed);
  const draw = (length: number) =>
    new Float32Array(length).map(() => random.normal());
  return new LayeredTrainable(data, [
    { weights: draw(4 * data.inputs), biases: draw(4) },
    { weights: draw(4), biases: draw(1) },
  ], {
    blueprint: [
      { width: 4, hasNorm: false, activation: "relu", dropout: 0.1 },
    ],
    miniBatch: 50,
    optimiser: new Adam(),
    inputDropout: 0.1,
    classWeights: balancedWeights(data.isSpam),
    random,
    toGraph: (layers) => mlpGraph(data.inputs, layers),
  });
}

Deno.test("several networks become one that answers their mean", () => {
  const members = [1, 2, 3].map((seed) => randomMember(seed, DATA));
  const ensemble = new Ensemble(
    members,
    (layers) => mlpGraph(DATA.inputs, layers),
  );
  ensemble.step(ROWS.subarray(0, 50), 0.01, 0.1);
  const sums = members.map((member) => member.sums(ROWS));
  const predictor = createPredictor(ensemble.graph());
  ensemble.sums(ROWS).forEach((sum, row) => {
    const mean = (sums[0][row] + sums[1][row] + sums[2][row]) / 3;
    assertAlmostEquals(sum, mean, 1e-9);
    const output = predictor.output(rowOf(DATA, row));
    assertAlmostEquals(output, Math.tanh(mean), 1e-5);
  });
  const layers = layersOf(ensemble.graph(), "mlp")!;
  assertEquals(layers[0].biases.length, 12);
});

Deno.test("both classes count the same, and all samples together as before", () => {
  const labels = fc.array(fc.boolean(), { minLength: 1 })
    .map((labels) => Uint8Array.from([1, 0, ...labels.map(Number)]));
  fc.assert(fc.property(labels, (isSpam) => {
    const weights = balancedWeights(isSpam);
    const spam = isSpam.reduce((sum, x) => sum + x, 0);
    const ham = isSpam.length - spam;
    assertAlmostEquals(spam * weights.spam, ham * weights.ham, 1e-9);
    assertAlmostEquals(spam * weights.spam * 2, isSpam.length, 1e-9);
  }));
});

/** How a network does on samples that it has not seen. */
function measureOn(data: Dataset, graph: ReturnType<typeof trained>): Metrics {
  const predictor = createPredictor(graph);
  const outputs = Float64Array.from(
    { length: data.size },
    (_, row) => predictor.output(rowOf(data, row)),
  );
  return measure(outputs, data.isSpam);
}

/** Some samples of each class. */
function pool(spam: number, ham: number): Dataset {
  const { inputs, vectors, isSpam } = mailLike(4000, 40, 5);
  const left = { true: spam, false: ham };
  const kept = vectors.map((_, i) => left[`${isSpam[i]}`]-- > 0);
  return datasetOf({
    inputs,
    vectors: vectors.filter((_, i) => kept[i]),
    isSpam: isSpam.filter((_, i) => kept[i]),
  });
}

for (const [spam, ham] of [[10, 1000], [1000, 10]]) {
  Deno.test(`of ${spam} spam and ${ham} ham the smaller class is not missed`, () => {
    const unseen = datasetOf(mailLike(2000, 40, 6));
    const data = pool(spam, ham);
    const balanced = measureOn(unseen, trained(data));
    const plain = measureOn(unseen, trained(data, { balanceClasses: false }));
    const missed = ({ fnr, fpr }: Metrics) => spam < ham ? fnr : fpr;
    assert(missed(balanced) < 0.5, `${missed(balanced)} missed`);
    assert(missed(balanced) < 0.7 * missed(plain), `${missed(plain)} plain`);
  });
}

Deno.test("scaled inputs are of one size, and the first layer makes up for it", () => {
  const values = fc.array(
    fc.oneof(fc.constant(0), fc.double({ min: -700, max: 700, noNaN: true })),
    { minLength: 3, maxLength: 3 },
  );
  fc.assert(fc.property(fc.array(values, { minLength: 1 }), (vectors) => {
    const isSpam = vectors.map((_, i) => i % 2 === 0);
    const data = datasetOf({ inputs: 3, vectors, isSpam });
    const before = structuredClone(data);
    const factors = inputScale(data);
    const scaled = scaleData(data, factors);
    assertEquals(data, before);
    assert(scaled.values.every((value) => Math.abs(value) <= 1 + 1e-6));
    const member = randomMember(7, scaled);
    const [hidden, last] = member.layers();
    const folded = createPredictor(
      mlpGraph(3, [foldScale(hidden, factors), last]),
    );
    member.sums(Uint32Array.from(vectors.keys())).forEach((sum, row) =>
      assertAlmostEquals(
        folded.output(rowOf(data, row)),
        Math.tanh(sum),
        1e-5,
      )
    );
  }));
});

Deno.test("a count beside shares does not spoil the training", () => {
  const samples = mailLike(300, 24, 9);
  const random = new Random(1);
  // Tells nothing, and is hundreds of times as large as all that does.
  for (const vector of samples.vectors) vector[23] = 700 * random.uniform();
  const data = datasetOf(samples);
  const auc = measureOn(data, trained(data)).auc;
  assert(auc > 0.95, `${auc}`);
});

Deno.test("a network goes on over scaled inputs as it was", () => {
  const samples = mailLike(60, 6, 4);
  for (const vector of samples.vectors) vector[2] *= 300;
  const data = datasetOf(samples);
  const start = trained(data);
  const same = trainNetwork(data, {
    architecture: "mlp",
    hiddenLayerMultiplier: 1,
    procedure: { ...MLP_PROCEDURE, epochs: 0 },
    seed: 2,
    start: { graph: start, inputOf: Int32Array.from([0, 1, 2, 3, 4, 5]) },
  });
  const [before, after] = [start, same].map((graph) => createPredictor(graph));
  for (const row of Array(data.size).keys()) {
    const vector = rowOf(data, row);
    assertAlmostEquals(after.output(vector), before.output(vector), 1e-5);
  }
});

Deno.test("inputs that never occur weigh nothing", () => {
  const samples = mailLike(80, 10, 3);
  for (const vector of samples.vectors) vector[4] = 0;
  const [hidden] = layersOf(trained(datasetOf(samples)), "mlp")!;
  hidden.weights.forEach((weight, k) => {
    if (k % 10 === 4) assertEquals(Math.abs(weight), 0);
  });
  assert(hidden.weights.some((weight) => weight !== 0));
});

Deno.test("networks are trained alike by the kernels and by their twins", () => {
  for (const architecture of ["mlp", "embedding"] as const) {
    const [wasm, twin] = (["wasm", "twin"] as const).map((kernels) =>
      createPredictor(trainNetwork(DATA, {
        architecture,
        hiddenLayerMultiplier: 1,
        procedure: { ...MLP_PROCEDURE, epochs: 3 },
        seed: 1,
        kernels,
      }))
    );
    for (const row of ROWS) {
      const vector = rowOf(DATA, row);
      assertAlmostEquals(wasm.output(vector), twin.output(vector), 1e-3);
    }
  }
});
