import { assert, assertEquals, assertRejects } from "@std/assert";
import type { TrainingJob } from "../../lib/train/job.ts";
import { runTraining } from "../../lib/train/run.ts";
import {
  Trainer,
  TrainerError,
  type TrainerOptions,
} from "../../lib/train/trainer.ts";
import { easySamples, jobOf, realSamples } from "./corpus.ts";

const PATIENT = { timeoutMs: 60_000 };

/** Trains in a worker that ends with it. */
async function train(job: TrainingJob, options: TrainerOptions) {
  using trainer = new Trainer();
  return await trainer.train(job, options);
}

/** A job that takes hours. */
function endless(): TrainingJob {
  const job = jobOf(easySamples(200));
  return { ...job, procedure: { ...job.procedure, epochs: 100_000_000 } };
}

Deno.test("a worker trains the network that is trained in process", async () => {
  const job = jobOf(realSamples(200), { architecture: "symbol" });
  const here: number[] = [];
  const there: number[] = [];
  const { durationMs: _, ...expected } = runTraining(
    structuredClone(job),
    ({ cost }) => here.push(cost),
  );
  const { durationMs, ...result } = await train(job, {
    ...PATIENT,
    onEpoch: ({ epoch, epochs, cost }) => {
      assertEquals([epoch, epochs], [there.length + 1, 5]);
      there.push(cost);
    },
  });
  assertEquals(result, expected);
  assert(durationMs > 0);
  assertEquals(there, here);
});

Deno.test("the samples are moved to the worker, not copied", async () => {
  const job = jobOf(easySamples(40));
  const current = await train(jobOf(easySamples(40)), PATIENT);
  const trained = train(
    { ...job, current: { ann: current.ann, symbols: current.symbols } },
    PATIENT,
  );
  for (const array of [job.bytes, job.ends, job.isSpam, job.ids]) {
    assertEquals(array.byteLength, 0);
  }
  // The network in service goes on serving.
  assert(current.ann.byteLength > 0);
  const { current: figures } = await trained;
  assert(figures);
});

Deno.test("a training that fails says why", async () => {
  await assertRejects(
    () => train(jobOf([]), PATIENT),
    TrainerError,
    "0 spam and 0 ham samples are too few",
  );
  const current = { ann: Uint8Array.of(1, 2, 3), symbols: [] };
  await assertRejects(
    () => train(jobOf(easySamples(40), { current }), PATIENT),
    TrainerError,
    "KANN",
  );
});

Deno.test("a job that makes no sense fails, and nothing else", async () => {
  const job = jobOf(easySamples(40));
  const broken = { ...job, symbols: 7 } as unknown as TrainingJob;
  await assertRejects(() => train(broken, PATIENT), TrainerError);
});

Deno.test("a training that takes too long is ended", async () => {
  const started = performance.now();
  await assertRejects(
    () => train(endless(), { timeoutMs: 400 }),
    TrainerError,
    "longer than 0.4 s",
  );
  assert(performance.now() - started < 10_000);
});

Deno.test("an abort ends a training at once", async () => {
  const controller = new AbortController();
  let epochs = 0;
  await assertRejects(
    () =>
      train(endless(), {
        ...PATIENT,
        signal: controller.signal,
        onEpoch: () => {
          if (++epochs === 3) controller.abort();
        },
      }),
    TrainerError,
    "aborted",
  );
  const ended = epochs;
  assert(ended >= 3);
  // The worker is gone, and tells of no more epochs.
  await new Promise((resolve) => setTimeout(resolve, 100));
  assertEquals(epochs, ended);
});

Deno.test("a training that was ended takes no more processor time", async () => {
  using trainer = new Trainer({ endMs: 3000 });
  await assertRejects(() => trainer.train(endless(), { timeoutMs: 400 }));
  const late = new Promise((resolve) => setTimeout(resolve, 3500, undefined));
  assertEquals(await Promise.race([trainer.lost, late]), undefined);
});

Deno.test("a training that is aborted before it begins never does", async () => {
  const job = jobOf(easySamples(40));
  await assertRejects(
    () => train(job, { ...PATIENT, signal: AbortSignal.abort() }),
    TrainerError,
    "aborted",
  );
  assert(job.bytes.byteLength > 0, "its samples were moved");
});

Deno.test("a trainer leaves no worker behind, even one at work when it ends", async () => {
  const alive = new Set<Worker>();
  const { Worker: RealWorker } = globalThis;
  globalThis.Worker = class extends RealWorker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      alive.add(this);
    }
    override terminate() {
      super.terminate();
      alive.delete(this);
    }
  };
  try {
    const trainer = new Trainer();
    await trainer.train(jobOf(easySamples(40)), PATIENT);
    assertEquals(alive.size, 1);
    const trained = trainer.train(jobOf(easySamples(40)), PATIENT);
    trainer[Symbol.dispose]();
    await trained;
    assertEquals(alive.size, 0);
    const idle = new Trainer();
    await idle.train(jobOf(easySamples(40)), PATIENT);
    idle[Symbol.dispose]();
    assertEquals(alive.size, 0);
  } finally {
    globalThis.Worker = RealWorker;
  }
});

Deno.test("trainings side by side do not meet", async () => {
  const jobs = [1, 2, 3].map((seed) => () => jobOf(easySamples(60), { seed }));
  const results = await Promise.all(jobs.map((job) => train(job(), PATIENT)));
  for (const [i, result] of results.entries()) {
    assertEquals(result.ann, runTraining(jobs[i](), () => {}).ann);
  }
});

Deno.test("a worker trains again what it would have trained first", async () => {
  using trainer = new Trainer();
  const job = (seed: number) => jobOf(easySamples(60), { seed });
  for (const seed of [1, 2, 1]) {
    const { ann } = await trainer.train(job(seed), PATIENT);
    assertEquals(ann, runTraining(job(seed), () => {}).ann);
  }
});

Deno.test("after a training that failed, the next one succeeds", async () => {
  using trainer = new Trainer();
  const good = () => trainer.train(jobOf(easySamples(60)), PATIENT);
  await good();
  for (
    const [job, timeoutMs] of [[jobOf([]), 60_000], [endless(), 300]] as const
  ) {
    await assertRejects(() => trainer.train(job, { timeoutMs }), TrainerError);
    await good();
  }
});

Deno.test("a second training does not stop the process to start a worker", async () => {
  using trainer = new Trainer();
  const blockedMs = async () => {
    const job = jobOf(easySamples(60));
    const started = performance.now();
    const trained = trainer.train(job, PATIENT);
    const blocked = performance.now() - started;
    await trained;
    return blocked;
  };
  const first = await blockedMs();
  const others = [];
  for (let i = 0; i < 5; i++) others.push(await blockedMs());
  assert(Math.min(...others) < first / 2, `${others} ms after ${first} ms`);
});
