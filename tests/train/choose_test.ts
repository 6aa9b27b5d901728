import { assert, assertEquals } from "@std/assert";
import { DatasetBuilder } from "../../lib/nn/dataset.ts";
import type { Dataset } from "../../lib/nn/dataset.ts";
import { linearGraph } from "../../lib/nn/architectures.ts";
import { Random } from "../../lib/nn/random.ts";
import { PROCEDURES } from "../../lib/nn/training/options.ts";
import { TrainingError, trainNetwork } from "../../lib/nn/training/train.ts";
import {
  CANDIDATES,
  chooseArchitecture,
  type Train,
  trainingsToChoose,
} from "../../lib/train/choose.ts";
import { runTraining } from "../../lib/train/run.ts";
import { datasetOf, mailLike } from "../nn/training/samples.ts";
import { easySamples, jobOf, realSamples } from "./corpus.ts";

const train: Train = (data, architecture, seed) =>
  trainNetwork(data, {
    architecture,
    hiddenLayerMultiplier: 1,
    procedure: PROCEDURES[architecture],
    seed,
  });

/** Spam is what has just one of two features: no sum of them tells. */
function exclusive(size: number): Dataset {
  const random = new Random(1);
  const builder = new DatasetBuilder();
  for (let i = 0; i < size; i++) {
    const isSpam = i % 2 === 0;
    const first = random.uniform() < 0.5;
    const second = first !== isSpam;
    const indices = [first ? 0 : 2, second ? 1 : 3, 4 + random.integer() % 20];
    builder.add(indices, [1, 1, 1], isSpam);
  }
  return builder.build(24);
}

Deno.test("what only a hidden layer can tell makes it the choice", () => {
  const { architecture, crossValidation } = chooseArchitecture(
    exclusive(400),
    ["linear", "mlp"],
    train,
    1,
  );
  assertEquals(architecture, "mlp");
  const [linear, mlp] = crossValidation;
  assertEquals([linear.architecture, mlp.architecture], ["linear", "mlp"]);
  assert(linear.auc < 0.6, `${linear.auc}`);
  assert(mlp.auc > 0.95 && mlp.error < 0.1, `${mlp.auc} ${mlp.error}`);
});

Deno.test("what makes no difference leaves the first one the choice", () => {
  // Each of them answers by the same weights.
  const weights = Float32Array.from({ length: 24 }, (_, i) => i % 5 - 2);
  const same: Train = () =>
    linearGraph(24, { weights, biases: new Float32Array(1) });
  for (const candidates of [["mlp", "linear"], ["linear", "mlp"]] as const) {
    const { architecture } = chooseArchitecture(
      exclusive(100),
      candidates,
      same,
      1,
    );
    assertEquals(architecture, candidates[0]);
  }
});

Deno.test("each sample is unseen once, by a network that learned the others", () => {
  const data = exclusive(103);
  const learned: number[] = [];
  const trained = chooseArchitecture(
    data,
    ["linear", "symbol"],
    (part, architecture, seed) => {
      assertEquals(part.inputs, data.inputs);
      learned.push(part.size);
      return train(part, architecture, seed);
    },
    7,
  );
  assertEquals(trained.crossValidation.length, 2);
  assertEquals(learned.length, trainingsToChoose(["linear", "symbol"]));
  assertEquals(learned.slice(0, 5).reduce((a, b) => a + b), 4 * 103);
});

Deno.test("a training that fails speaks against its architecture alone", () => {
  const diverging: Train = (data, architecture, seed) => {
    if (architecture !== "mlp") return train(data, architecture, seed);
    throw new TrainingError("the cost of epoch 1 is NaN");
  };
  const { architecture, crossValidation } = chooseArchitecture(
    datasetOf(mailLike(200, 20, 1)),
    ["mlp", "linear"],
    diverging,
    1,
  );
  assertEquals(architecture, "linear");
  assertEquals(crossValidation[0], {
    architecture: "mlp",
    auc: 0.5,
    error: 0.5,
  });
});

Deno.test("one candidate is no choice", () => {
  const never: Train = () => {
    throw new Error("there is nothing to find out");
  };
  assertEquals(
    chooseArchitecture(exclusive(20), ["symbol"], never, 1),
    { architecture: "symbol", crossValidation: [] },
  );
  assertEquals(trainingsToChoose(["symbol"]), 0);
});

Deno.test("a large pool costs no more to choose by than a small one", () => {
  const sizes: number[] = [];
  const note: Train = (data) => {
    sizes.push(data.size);
    return linearGraph(24, {
      weights: new Float32Array(24),
      biases: new Float32Array(1),
    });
  };
  chooseArchitecture(exclusive(20_000), CANDIDATES, note, 1);
  assert(Math.max(...sizes) <= 1200, `${Math.max(...sizes)}`);
});

Deno.test("auto trains the one that it has chosen, and counts all epochs", () => {
  const epochs: [number, number][] = [];
  const result = runTraining(
    jobOf(realSamples(400), { architecture: "auto", procedure: { epochs: 4 } }),
    ({ epoch, epochs: all }) => epochs.push([epoch, all]),
  );
  assertEquals(
    result.crossValidation.map(({ architecture }) => architecture),
    [...CANDIDATES],
  );
  assert(CANDIDATES.some((one) => one === result.architecture));
  assertEquals(result.costs.length, 4);
  const total = 4 * (trainingsToChoose(CANDIDATES) + 1);
  assertEquals(
    epochs,
    Array.from({ length: total }, (_, i) => [i + 1, total]),
  );
});

Deno.test("auto goes on with the architecture that is in service", () => {
  const job = { architecture: "symbol", hiddenLayerMultiplier: 0.1 } as const;
  const first = runTraining(jobOf(easySamples(60), job), () => {});
  const current = {
    ann: first.ann,
    symbols: first.symbols,
    heldOut: first.heldOut,
  };
  const next = runTraining(
    jobOf(easySamples(60), { architecture: "auto", current, goOn: true }),
    () => {},
  );
  assertEquals(next.architecture, "symbol");
  assertEquals(next.crossValidation, []);
});
