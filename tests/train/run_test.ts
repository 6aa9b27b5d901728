import { assert, assertEquals, assertThrows } from "@std/assert";
import { decodeSample } from "../../lib/features/sample.ts";
import { sortedNames } from "../../lib/features/symbol_names.ts";
import { layersOf } from "../../lib/nn/architectures.ts";
import { inputSize, NetworkError } from "../../lib/nn/graph.ts";
import { decodeKann } from "../../lib/nn/kann.ts";
import { measure } from "../../lib/nn/quality/metrics.ts";
import { KANN_PROCEDURE, PROCEDURES } from "../../lib/nn/training/options.ts";
import { TrainingError } from "../../lib/nn/training/train.ts";
import type {
  KnownNetwork,
  TrainingJob,
  TrainingResult,
} from "../../lib/train/job.ts";
import { candidatesFor } from "../../lib/train/candidates.ts";
import { runTraining } from "../../lib/train/run.ts";
import {
  easySamples,
  jobOf,
  type LabelledSample,
  madeUp,
  realSamples,
} from "./corpus.ts";
import {
  heldOutOf,
  inService,
  modelOf,
  outputsOf,
  truthOf,
  withoutDuration,
} from "./outputs.ts";

const ignore = () => {};
const REAL = realSamples(600);

/** The symbols that fired, sorted. */
function symbolsIn(samples: readonly LabelledSample[]): string[] {
  return sortedNames(
    samples.flatMap(({ bytes }) => decodeSample(bytes).symbols),
  );
}

/** How many samples of each class are below the shares of a result. */
function heldOutCounts(
  samples: readonly LabelledSample[],
  limits: TrainingResult["heldOut"],
) {
  const heldOut = heldOutOf(samples, limits);
  const spam = heldOut.filter(({ isSpam }) => isSpam).length;
  return { spam, ham: heldOut.length - spam };
}

Deno.test("real mail is learned, and judged by messages that were held out", () => {
  const occurring = symbolsIn(REAL);
  const [first, ...others] = occurring;
  const epochs: number[] = [];
  const result = runTraining(
    jobOf(REAL, { architecture: "symbol", excluded: [first] }),
    ({ epoch }) => epochs.push(epoch),
  );
  assertEquals(result.refusal, undefined);
  assertEquals(result.current, undefined);
  assertEquals(result.unreadable, []);
  assertEquals(epochs, [1, 2, 3, 4, 5]);
  assertEquals(result.costs.length, 5);
  assert(result.candidate.auc > 0.95, `${result.candidate.auc}`);
  const heldOut = heldOutCounts(REAL, result.heldOut);
  assertEquals(result.candidate.n, heldOut);
  const spam = REAL.filter(({ isSpam }) => isSpam).length;
  assertEquals(result.trainedOn, {
    spam: spam - heldOut.spam,
    ham: 600 - spam - heldOut.ham,
  });
  assertEquals(result.symbols, others);
  const graph = decodeKann(result.ann);
  assertEquals(inputSize(graph), 46 + result.symbols.length);
  const units = Math.floor(0.05 * inputSize(graph) + 1);
  assertEquals(layersOf(graph, "symbol")![0].biases.length, units);
});

Deno.test("the figures are those of the network on the samples held out", () => {
  const result = runTraining(jobOf(REAL), ignore);
  const judging = heldOutOf(REAL, result.heldOut);
  const outputs = outputsOf(modelOf(result), judging);
  const metrics = measure(outputs, truthOf(judging));
  assertEquals({ ...result.candidate, cost: 0 }, { ...metrics, cost: 0 });
});

Deno.test("a job gives one network, bit for bit", () => {
  for (const architecture of ["symbol", "linear"] as const) {
    const [a, b] = [1, 2].map(() =>
      withoutDuration(runTraining(jobOf(REAL, { architecture }), ignore))
    );
    assertEquals(a, b);
  }
});

Deno.test("configured symbols are the inputs, whether they occur or not", () => {
  const symbols = ["Z_NEVER", "BAD", "A_NEVER", "NEURAL_SPAM", "BAD"];
  const result = runTraining(
    jobOf(easySamples(60), { symbols, excluded: ["NEURAL_SPAM", "X"] }),
    ignore,
  );
  assertEquals(result.symbols, ["A_NEVER", "BAD", "Z_NEVER"]);
  assertEquals(inputSize(decodeKann(result.ann)), 49);
});

Deno.test("of more than 2000 symbols the most frequent are the inputs", () => {
  const samples = easySamples(2400, 1000).map(({ bytes, isSpam }, i) => {
    // One that is frequent comes when there have been 2000 others.
    const { symbols } = decodeSample(bytes);
    return madeUp(isSpam, ...symbols, ...(i > 2200 ? ["LATE"] : []));
  });
  const result = runTraining(
    jobOf(samples, { procedure: { ...KANN_PROCEDURE, epochs: 1 } }),
    ignore,
  );
  assertEquals(result.symbols.length, 2000);
  assertEquals(result.symbols, sortedNames(result.symbols));
  for (const name of ["BAD", "GOOD", "X", "Y", "Z", "LATE"]) {
    assert(result.symbols.includes(name), name);
  }
});

Deno.test("a network with a hidden layer is better than one without", () => {
  const samples = realSamples(2400);
  const train = (architecture: "mlp" | "linear") =>
    runTraining(
      jobOf(samples, { architecture, procedure: PROCEDURES[architecture] }),
      ignore,
    ).candidate;
  const mlp = train("mlp");
  assert(mlp.auc > 0.99, `${mlp.auc}`);
  assert(mlp.cost < train("linear").cost, `${mlp.cost}`);
});

Deno.test("a training that goes on begins where the last one ended", () => {
  const before = [...REAL.slice(0, 400), madeUp(true, "ONLY_BEFORE")];
  const after = REAL.slice(100);
  for (const architecture of ["symbol", "linear", "mlp"] as const) {
    const procedure = { ...PROCEDURES[architecture], epochs: 5 };
    const more = { architecture, hiddenLayerMultiplier: 0.05, procedure };
    const current = inService(runTraining(jobOf(before, more), ignore));
    const anew = runTraining(jobOf(after, { ...more, current }), ignore);
    const onwards = runTraining(
      jobOf(after, { ...more, current, goOn: true }),
      ignore,
    );
    assert(onwards.costs[0] < anew.costs[0], `${onwards.costs}`);
    // What the network has learned about stays an input.
    assertEquals(anew.symbols, symbolsIn(after));
    assert(onwards.symbols.includes("ONLY_BEFORE"));
    assertEquals(
      onwards.symbols,
      sortedNames([...symbolsIn(after), ...current.symbols]),
    );
    assertEquals(anew.current, onwards.current);
  }
});

Deno.test("a network that goes on has seen what the one before has", () => {
  // In a pool that is small and moves on, the share that is held out varies.
  let current: KnownNetwork | undefined;
  let lineage = { spam: 1, ham: 1 };
  for (let round = 0; round < 12; round++) {
    const samples = easySamples(24 + (round * 7) % 30, 40 * round);
    const alone = runTraining(jobOf(samples), ignore).heldOut;
    const goOn = round % 4 !== 0;
    const result = runTraining(jobOf(samples, { current, goOn }), ignore);
    const unseen = heldOutCounts(samples, {
      spam: Math.min(alone.spam, lineage.spam),
      ham: Math.min(alone.ham, lineage.ham),
    });
    // Each side of the comparison is judged by what it has not seen.
    if (unseen.spam > 0 && unseen.ham > 0) {
      assertEquals(result.candidate.n, unseen);
    } else {
      assertEquals(result.candidate.n, heldOutCounts(samples, alone));
    }
    lineage = goOn
      ? {
        spam: Math.min(alone.spam, lineage.spam),
        ham: Math.min(alone.ham, lineage.ham),
      }
      : alone;
    assertEquals(result.heldOut, lineage);
    current = inService(result);
  }
});

Deno.test("a network of another architecture is compared with, and not gone on from", () => {
  const samples = easySamples(80);
  const current = inService(
    runTraining(jobOf(samples, { architecture: "symbol" }), ignore),
  );
  const [goingOn, anew] = [true, false].map((goOn) =>
    runTraining(jobOf(samples, { current, goOn, symbols: ["BAD"] }), ignore)
  );
  assertEquals(goingOn.costs, anew.costs);
  assertEquals(goingOn.ann, anew.ann);
  assert(goingOn.current);
});

Deno.test("a network without use is refused, and another seed may do better", () => {
  // The class is a matter of chance.
  const samples = Array.from({ length: 200 }, (_, i) =>
    madeUp(
      (i * 7919) % 13 < 6,
      ...["A", "B", "C", "D"].filter((_, k) => ((i * 31) >> k) & 1),
      `N${i}`,
    ));
  const { refusal } = runTraining(
    jobOf(samples, { symbols: ["A", "B", "C", "D"] }),
    ignore,
  );
  assert(refusal?.degenerate, refusal?.reason);
});

Deno.test("a network that is worse than the one in service is refused", () => {
  const current = inService(runTraining(jobOf(REAL), ignore));
  const { refusal, candidate, current: other } = runTraining(
    jobOf(REAL, { current, symbols: [], seed: 2 }),
    ignore,
  );
  assert(candidate.auc < other!.auc);
  assert(refusal && !refusal.degenerate, refusal?.reason);
  const procedure = { ...KANN_PROCEDURE, epochs: 0 };
  const same = runTraining(
    jobOf(REAL, { current, goOn: true, procedure }),
    ignore,
  );
  assertEquals(same.candidate, same.current);
  assertEquals(same.refusal, undefined);
});

Deno.test("samples that cannot be read are named, and the others are learned", () => {
  const whole = easySamples(60);
  const otherVersion = runTraining(jobOf(whole), ignore);
  const damaged = { bytes: whole[0].bytes.slice(0, -1), isSpam: true };
  const samples = [damaged, ...whole.slice(0, 30), damaged, ...whole.slice(30)];
  const result = runTraining(jobOf(samples), ignore);
  assertEquals(result.unreadable.map(({ id }) => id), [1, 32]);
  assert(result.unreadable[0].reason.length > 10);
  assertEquals(
    withoutDuration({ ...result, unreadable: [] }),
    withoutDuration(otherVersion),
  );
});

Deno.test("too few samples that can be read fail the training", () => {
  const samples = easySamples(20);
  runTraining(jobOf(samples), ignore);
  const damaged = { ...samples[3], bytes: new Uint8Array(4) };
  for (
    const [job, message] of [
      [jobOf([]), "0 spam and 0 ham"],
      [
        jobOf(samples.slice(1)),
        "9 spam and 10 ham samples are too few: 10 diff",
      ],
      [jobOf(samples.with(3, damaged)), "10 spam and 9 ham"],
      [jobOf(samples, { metatokenVersion: 1 }), "0 spam and 0 ham"],
    ] as [TrainingJob, string][]
  ) {
    assertThrows(() => runTraining(job, ignore), TrainingError, message);
  }
});

Deno.test("copies of a sample are no samples", () => {
  const samples = easySamples(40);
  const copies = Array.from({ length: 50 }, () => samples[0]);
  assertEquals(
    withoutDuration(runTraining(jobOf([...samples, ...copies]), ignore)),
    withoutDuration(runTraining(jobOf(samples), ignore)),
  );
  const ham = samples.filter(({ isSpam }) => !isSpam);
  assertThrows(
    () => runTraining(jobOf([...ham, ...copies]), ignore),
    TrainingError,
    "1 spam and 20 ham samples are too few",
  );
});

Deno.test("a network that could not be opened again is not trained", () => {
  const symbols = Array.from({ length: 954 }, (_, i) => `S${i}`);
  let epochs = 0;
  const train = (hiddenLayerMultiplier: number, more?: Partial<TrainingJob>) =>
    runTraining(
      jobOf(easySamples(20), {
        architecture: "symbol",
        symbols,
        procedure: { ...KANN_PROCEDURE, epochs: 0 },
        hiddenLayerMultiplier,
        ...more,
      }),
      () => epochs++,
    );
  // Of 1000 inputs there are 1000 times as many weights as hidden units.
  train(8.387);
  const procedure = KANN_PROCEDURE;
  for (const part of ["1000 inputs", "lower hidden_layer_mult", "8389000"]) {
    assertThrows(() => train(8.388, { procedure }), TrainingError, part);
  }
  assertEquals(epochs, 0);
  train(8.388, { architecture: "linear" });
  const wide = (inputs: number, ...values: number[]) => ({
    inputs,
    values: Float32Array.from(values),
  });
  const auto = { architecture: "auto", hiddenLayerMultiplier: 8.387 } as const;
  const larger = { ...auto, hiddenLayerMultiplier: 8.388 };
  const all = ["mlp", "symbol", "linear"] as const;
  assertEquals(candidatesFor(auto, wide(1000, 0, 1)), [...all]);
  assertEquals(candidatesFor(larger, wide(1000, 1)), ["mlp", "linear"]);
  // Its rectified inputs would lose that.
  assertEquals(candidatesFor(auto, wide(1000, 1, -1)), ["mlp", "linear"]);
  // Half as many units as inputs.
  const embedding = { architecture: "embedding", hiddenLayerMultiplier: 1 };
  candidatesFor(embedding as TrainingJob, wide(4096));
  assertThrows(
    () => candidatesFor(embedding as TrainingJob, wide(4098)),
    TrainingError,
    "4098 inputs make of embedding a network of 8396802 weights",
  );
});

Deno.test("a damaged network in service fails the training", () => {
  const samples = easySamples(40);
  const { ann, symbols } = runTraining(jobOf(samples), ignore);
  for (
    const current of [
      { ann: ann.slice(0, 20), symbols },
      { ann, symbols: [...symbols, "one too many"] },
    ]
  ) {
    assertThrows(
      () => runTraining(jobOf(samples, { current }), ignore),
      NetworkError,
    );
  }
});

Deno.test("a step beyond all numbers fails the training", () => {
  for (const epochs of [1, 2]) {
    const procedure = {
      ...KANN_PROCEDURE,
      validation: 0,
      learningRate: 1e300,
      epochs,
    };
    assertThrows(
      () => runTraining(jobOf(easySamples(40), { procedure }), ignore),
      TrainingError,
    );
  }
});
