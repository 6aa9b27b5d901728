import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { rowOf } from "../../../lib/nn/dataset.ts";
import { encodeKann } from "../../../lib/nn/kann.ts";
import { createPredictor } from "../../../lib/nn/predictor.ts";
import { Random } from "../../../lib/nn/random.ts";
import { initialiseLayered } from "../../../lib/nn/training/initialise_layered.ts";
import { LinearTrainable } from "../../../lib/nn/training/linear.ts";
import { KANN_PROCEDURE } from "../../../lib/nn/training/options.ts";
import { SymbolTrainable } from "../../../lib/nn/training/symbol.ts";
import type { Trainable } from "../../../lib/nn/training/trainable.ts";
import { datasetOf, mailLike } from "./samples.ts";

const samples = mailLike(60, 20, 1);
samples.vectors.forEach((vector) =>
  vector.forEach((x, i) => vector[i] = Math.abs(x))
);
const DATA = datasetOf(samples);
const ROWS = Uint32Array.from(samples.vectors.keys());

/** Networks after some steps with a few of the rows, and weight decay. */
const STEPPED: Record<string, () => Trainable> = {
  symbol: () => stepped(randomised(new SymbolTrainable(DATA, 7))),
  linear: () => stepped(randomised(new LinearTrainable(DATA))),
  mlp: () => stepped(layered("mlp", 1)),
  "mlp of several members": () => stepped(layered("mlp", 3)),
  embedding: () => stepped(layered("embedding", 1)),
};

function randomised(network: SymbolTrainable | LinearTrainable): Trainable {
  network.randomise(new Random(1));
  return network;
}

function layered(
  architecture: "mlp" | "embedding",
  members: number,
): Trainable {
  const procedure = {
    ...KANN_PROCEDURE,
    layered: { ...KANN_PROCEDURE.layered, units: 7, members },
  };
  return initialiseLayered(
    DATA,
    { architecture, procedure, hiddenLayerMultiplier: 1, seed: 1 },
    new Random(1),
  );
}

function stepped(network: Trainable): Trainable {
  for (let at = 0; at < 5; at++) {
    network.step(ROWS.subarray(at, at + 1), 0.01, 10);
  }
  return network;
}

for (const [name, network] of Object.entries(STEPPED)) {
  Deno.test(`${name}: sums are those of the network as it is`, () => {
    const trainable = network();
    const sums = trainable.sums(ROWS);
    const predictor = createPredictor(trainable.graph());
    sums.forEach((sum, row) => {
      const output = predictor.output(rowOf(DATA, row));
      assertAlmostEquals(Math.tanh(sum), output, 1e-6);
    });
    trainable.shiftBias(0.5);
    trainable.sums(ROWS).forEach((sum, row) =>
      assertAlmostEquals(sum, sums[row] + 0.5, 1e-6)
    );
  });

  Deno.test(`${name}: weights are up to date, whoever asks for them`, () => {
    const graph = encodeKann(network().graph());
    const afterSums = network();
    afterSums.sums(ROWS);
    assertEquals(encodeKann(afterSums.graph()), graph);
    const remembered = network();
    remembered.memory.remember();
    remembered.step(ROWS, 0.1, 1);
    remembered.memory.recall();
    assertEquals(encodeKann(remembered.graph()), graph);
    const averaged = network();
    averaged.memory.addToMean();
    averaged.step(ROWS, 0.1, 1);
    averaged.memory.useMean();
    assertEquals(encodeKann(averaged.graph()), graph);
  });

  Deno.test(`${name}: nothing is recalled that was not remembered`, () => {
    const [plain, asked] = [network(), network()];
    asked.memory.recall();
    asked.memory.useMean();
    assertEquals(encodeKann(asked.graph()), encodeKann(plain.graph()));
  });

  Deno.test(`${name}: a step lowers the cost of its mini-batch`, () => {
    const trainable = network();
    const before = trainable.step(ROWS, 0.01, 0);
    assert(trainable.step(ROWS, 0.01, 0) < before);
  });
}
