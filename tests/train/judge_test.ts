import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { JudgingJob, KnownNetwork } from "../../lib/train/job.ts";
import { runJudging } from "../../lib/train/judge.ts";
import { runTraining } from "../../lib/train/run.ts";
import { TooFewError, TooFewNewError } from "../../lib/train/too_few_error.ts";
import { Trainer, TrainerError } from "../../lib/train/trainer.ts";
import { easySamples, jobOf, type LabelledSample, packed } from "./corpus.ts";
import { inService } from "./outputs.ts";

/** A network that was trained on some samples. */
function networkOf(samples: LabelledSample[]): KnownNetwork {
  const job = jobOf(samples, { architecture: "linear" });
  return inService(runTraining(job, () => {}));
}

/** The same messages, called the other way round. */
function swapped(samples: LabelledSample[]): LabelledSample[] {
  return samples.map(({ bytes, isSpam }) => ({ bytes, isSpam: !isSpam }));
}

const GOOD = networkOf(easySamples(200));
const BAD = networkOf(swapped(easySamples(200)));

function judging(
  samples: LabelledSample[],
  job: Partial<JudgingJob>,
): JudgingJob {
  return {
    ...packed(samples),
    metatokenVersion: 3,
    candidate: GOOD,
    ...job,
  };
}

Deno.test("a network from elsewhere is judged by what it has not seen", () => {
  const samples = easySamples(200, 500);
  const alone = runJudging(judging(samples, {}));
  assertEquals(alone.refusal, undefined);
  assertEquals(alone.candidate.error, 0);
  assertEquals(alone.current, undefined);
  assert(alone.candidate.n.spam + alone.candidate.n.ham < 80);
  const worse = runJudging(judging(samples, { candidate: BAD, current: GOOD }));
  assert(worse.refusal && worse.candidate.error > 0.9);
  const better = runJudging(judging(samples, { current: BAD }));
  assertEquals(better.refusal, undefined);
});

Deno.test("where it was rolled back, only later samples judge", () => {
  // The old ones are wrong, and would refuse it.
  const samples = [...swapped(easySamples(400)), ...easySamples(400, 900)];
  const job = judging(samples, { current: GOOD, judgeAfter: 400 });
  const { candidate, refusal } = runJudging(job);
  assertEquals(refusal, undefined);
  assertEquals(candidate.error, 0);
  const all = runJudging(judging(samples, { current: GOOD }));
  assert(all.candidate.error > 0.3);
  assertThrows(
    () => runJudging({ ...job, judgeAfter: 790 }),
    TooFewNewError,
    "it waits for new samples",
  );
  // Those of scanners that are not taken in have negative ids.
  const ids = Float64Array.from(samples, (_, i) => i < 400 ? i : i - 800);
  assertEquals(runJudging({ ...job, ids }).candidate.error, 0);
});

Deno.test("a pool that is too small judges nobody", () => {
  assertThrows(() => runJudging(judging(easySamples(8), {})), TooFewError);
});

Deno.test("a worker judges as it is judged in process", async () => {
  const samples = easySamples(200, 500);
  using trainer = new Trainer();
  const options = { timeoutMs: 60_000 };
  assertEquals(
    await trainer.judge(judging(samples, { current: BAD }), options),
    runJudging(judging(samples, { current: BAD })),
  );
  const early = await assertRejects(
    () => trainer.judge(judging(samples, { judgeAfter: 190 }), options),
    TrainerError,
  );
  assertEquals(early.waits, true);
  const damaged = { ...GOOD, ann: GOOD.ann.slice(0, 40) };
  const other = await assertRejects(
    () => trainer.judge(judging(samples, { candidate: damaged }), options),
    TrainerError,
  );
  assertEquals(other.waits, false);
});
