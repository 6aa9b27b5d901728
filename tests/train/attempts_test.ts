import { assert, assertEquals, assertThrows } from "@std/assert";
import { linearGraph } from "../../lib/nn/architectures.ts";
import { encodeKann } from "../../lib/nn/kann.ts";
import { KANN_PROCEDURE } from "../../lib/nn/training/options.ts";
import { TrainingError } from "../../lib/nn/training/train.ts";
import type { TrainingJob } from "../../lib/train/job.ts";
import { runTraining } from "../../lib/train/run.ts";
import { easySamples, jobOf } from "./corpus.ts";

const MOST_ATTEMPTS = 3;

/** Hardly moves the random weights: what comes of it is a matter of the seed. */
const STANDSTILL = { ...KANN_PROCEDURE, epochs: 1, learningRate: 1e-9 };

/** Trains, and counts the epochs: one in each attempt. */
function train(more: Partial<TrainingJob>, samples = easySamples(80)) {
  const reports: [epoch: number, epochs: number][] = [];
  const { durationMs: _, ...result } = runTraining(
    jobOf(samples, more),
    ({ epoch, epochs }) => reports.push([epoch, epochs]),
  );
  return { result, reports, attempts: reports.length };
}

Deno.test("a network without use is trained again, from another seed", () => {
  const seen = new Map<number, boolean>();
  for (let seed = 1; seed <= 30; seed++) {
    const job = { procedure: STANDSTILL, seed } as const;
    const { result, attempts } = train(job);
    const isUseless = result.refusal?.degenerate ?? false;
    assert(attempts >= 1 && attempts <= MOST_ATTEMPTS);
    // Only what is of no use to the last is given for lost.
    if (isUseless) assertEquals(attempts, MOST_ATTEMPTS);
    assertEquals(result.costs.length, 1);
    assertEquals(train(job).result, result);
    seen.set(attempts, isUseless);
  }
  // Without another seed nothing would have come of some.
  assertEquals(seen.get(1), false);
  assertEquals(seen.get(2), false);
});

Deno.test("progress never goes back, also where a training is repeated", () => {
  const reports = train({
    procedure: { ...STANDSTILL, learningRate: 0, epochs: 2 },
    symbols: ["NEVER"],
  }).reports;
  assertEquals(reports.length, 2 * MOST_ATTEMPTS);
  reports.forEach(([epoch, epochs], i) => {
    assertEquals(epoch, i + 1);
    assert(epoch <= epochs);
  });
});

Deno.test("a training that fails three times has failed", () => {
  let epochs = 0;
  const learningRate = 1e300;
  const procedure = { ...KANN_PROCEDURE, validation: 0, learningRate };
  assertThrows(
    () =>
      runTraining(jobOf(easySamples(80), { procedure }), ({ epoch }) => {
        assertEquals(epoch, ++epochs);
      }),
    TrainingError,
    "the cost of epoch 1 is NaN",
  );
  assert(epochs >= MOST_ATTEMPTS, `${epochs}`);
});

Deno.test("weights that have gone wrong are not begun with again", () => {
  const graph = linearGraph(48, {
    // The contrary of what is true, too firmly to be moved.
    weights: new Float32Array(48).with(46, -1e6).with(47, 1e6),
    biases: new Float32Array(1),
  });
  const current = { ann: encodeKann(graph), symbols: ["BAD", "GOOD"] };
  const more = { current, goOn: true, symbols: ["BAD", "GOOD"] };
  const { result } = train(more);
  assertEquals(result.refusal, undefined);
  assertEquals(result.candidate.error, 0);
  assertEquals(result.current!.error, 1);
  assertEquals(result.wentOn, false);
});
