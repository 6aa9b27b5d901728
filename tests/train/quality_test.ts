import { assert, assertEquals } from "@std/assert";
import { brierScore, probabilityOf } from "../../lib/nn/quality/calibration.ts";
import { measure } from "../../lib/nn/quality/metrics.ts";
import { rocThresholds } from "../../lib/nn/quality/roc_thresholds.ts";
import { Random } from "../../lib/nn/random.ts";
import { runTraining } from "../../lib/train/run.ts";
import { jobOf, type LabelledSample, realSamples } from "./corpus.ts";
import { heldOutOf, modelOf, outputsOf, truthOf } from "./outputs.ts";

const ignore = () => {};

/** The corpus, shuffled, by class. */
function shuffled(seed: number): Record<"spam" | "ham", LabelledSample[]> {
  const order = Uint32Array.from(CORPUS.keys());
  new Random(seed).shuffle(order);
  const samples = [...order].map((i) => CORPUS[i]);
  return {
    spam: samples.filter(({ isSpam }) => isSpam),
    ham: samples.filter(({ isSpam }) => !isSpam),
  };
}

const CORPUS = realSamples(4000);

/** A pool of so many of each class, and the messages that are not in it. */
function poolOf(spam: number, ham: number, seed: number) {
  const all = shuffled(seed);
  return {
    pool: [...all.spam.slice(0, spam), ...all.ham.slice(0, ham)],
    unseen: [...all.spam.slice(spam), ...all.ham.slice(ham)],
  };
}

/** As many of each class as these shares allow. */
function withShare(
  samples: LabelledSample[],
  spam: number,
  ham: number,
): LabelledSample[] {
  const classes = [true, false].map((wanted) =>
    samples.filter(({ isSpam }) => isSpam === wanted)
  );
  const times = Math.min(classes[0].length / spam, classes[1].length / ham);
  return [
    ...classes[0].slice(0, times * spam),
    ...classes[1].slice(0, times * ham),
  ];
}

for (const [spam, ham] of [[600, 15], [15, 600]]) {
  Deno.test(`of ${spam} spam and ${ham} ham the few are found, too`, () => {
    for (const architecture of ["auto", "mlp"] as const) {
      const rates = [1, 2, 3].map((seed) => {
        const { pool, unseen } = poolOf(spam, ham, seed);
        const result = runTraining(
          jobOf(pool, { architecture, procedure: {}, seed }),
          ignore,
        );
        assertEquals(result.refusal, undefined);
        const { auc, fpr, fnr } = measure(
          outputsOf(modelOf(result), unseen),
          truthOf(unseen),
        );
        assert(auc > 0.9, `${architecture} ${seed}: AUC ${auc}`);
        return spam < ham ? fnr : fpr;
      });
      const missed = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
      assert(missed < 0.4, `${architecture} misses ${missed}`);
    }
  });
}

Deno.test("25 messages of each class are enough to be of use", () => {
  const aucs = Array.from({ length: 6 }, (_, seed) => {
    const { pool, unseen } = poolOf(25, 25, seed);
    const result = runTraining(
      jobOf(pool, { architecture: "auto", procedure: {}, seed }),
      ignore,
    );
    assertEquals(result.refusal, undefined);
    const outputs = outputsOf(modelOf(result), unseen);
    return measure(outputs, truthOf(unseen)).auc;
  });
  const mean = aucs.reduce((sum, auc) => sum + auc, 0) / aucs.length;
  assert(mean > 0.93, `${aucs}`);
});

Deno.test("a probability says more than the output taken for one", () => {
  for (const [spam, ham] of [[600, 60], [500, 500]]) {
    const scores = [1, 2, 3, 4].flatMap((seed) => {
      const { pool, unseen } = poolOf(spam, ham, seed);
      // The shares of the classes are those of the pool.
      const alike = withShare(unseen, spam, ham);
      const truth = truthOf(alike);
      return (["mlp", "linear"] as const).map((architecture) => {
        const job = jobOf(pool, { architecture, procedure: {}, seed });
        const result = runTraining(job, ignore);
        const { calibration } = result;
        assert(calibration && calibration.slope > 0, architecture);
        const outputs = outputsOf(modelOf(result), alike);
        return [
          outputs.map((x) => (1 + x) / 2),
          outputs.map((x) => probabilityOf(x, calibration)),
        ].map((probabilities) => brierScore(probabilities, truth));
      });
    });
    const [raw, calibrated] = [0, 1].map((k) =>
      scores.reduce((sum, pair) => sum + pair[k], 0) / scores.length
    );
    assert(calibrated < raw, `${spam}/${ham}: ${calibrated} against ${raw}`);
  }
});

/** A pool of which chance has called one in ten by the other name. */
function withMistakes(samples: LabelledSample[]): LabelledSample[] {
  const random = new Random(1);
  return samples.map((sample) => ({
    ...sample,
    isSpam: random.uniform() < 0.1 ? !sample.isSpam : sample.isSpam,
  }));
}

Deno.test("thresholds follow from what a wrong symbol costs", () => {
  const pool = withMistakes(poolOf(1000, 1000, 2).pool);
  const results = [undefined, 0.02, 0.5, 0.98].map((misclassificationCost) =>
    runTraining(
      jobOf(pool, { architecture: "linear", misclassificationCost }),
      ignore,
    )
  );
  const [none, strict, even, lax] = results.map(({ thresholds }) => thresholds);
  assertEquals(none, undefined);
  assert(strict && even && lax);
  // Spam that costs little if it is missed has to be sure of itself.
  assert(strict.spam > even.spam && even.spam >= lax.spam);
  assert(strict.ham <= even.ham && even.ham < lax.ham);
  // They are of the network that is stored, by what it was judged by.
  const [{ heldOut }] = results;
  const judging = heldOutOf(pool, heldOut);
  const outputs = outputsOf(modelOf(results[1]), judging);
  assertEquals(rocThresholds(outputs, truthOf(judging), 0.02), strict);
});
