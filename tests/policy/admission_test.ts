import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type AdmissionOptions,
  admit,
  isTrainingDue,
  missingSamples,
} from "../../lib/policy/admission.ts";
import type { MailClass } from "../../lib/features/mail_class.ts";

/** A decision of a real rspamd. */
interface Decision {
  admitted: boolean;
  class: MailClass;
  coin: number;
  spam: number;
  ham: number;
  train: {
    learn_mode: "balanced" | "proportional";
    max_trains: number;
    train_prob: number;
    classes_bias: number;
    spam_skip_prob: number;
    ham_skip_prob: number;
  };
}

const url = new URL("../fixtures/policy.json", import.meta.url);
const decisions: Decision[] = JSON.parse(Deno.readTextFileSync(url)).admission;

function optionsOf(train: Decision["train"]): AdmissionOptions {
  return {
    learnMode: train.learn_mode,
    maxTrains: train.max_trains,
    trainProbability: train.train_prob,
    classesBias: train.classes_bias,
    spamSkipProbability: train.spam_skip_prob,
    hamSkipProbability: train.ham_skip_prob,
  };
}

Deno.test("admission decides as rspamd does, and gives a reason", () => {
  assertEquals(decisions.length, 936);
  for (const decision of decisions) {
    const { spam, ham, coin, train } = decision;
    const admission = admit(
      optionsOf(train),
      decision.class,
      { spam, ham },
      coin,
    );
    assertEquals(
      admission.admitted,
      decision.admitted,
      JSON.stringify(decision),
    );
    if (!admission.admitted) assertEquals(admission.reason.length > 10, true);
  }
});

Deno.test("training is due when the classes are full enough", () => {
  const balanced: AdmissionOptions = {
    learnMode: "balanced",
    maxTrains: 100,
    trainProbability: 1,
    classesBias: 0,
    spamSkipProbability: 0,
    hamSkipProbability: 0,
  };
  const biased = { ...balanced, classesBias: 0.25 };
  const proportional: AdmissionOptions = {
    ...balanced,
    learnMode: "proportional",
  };
  const cases: [AdmissionOptions, number, number, boolean][] = [
    [balanced, 100, 100, true],
    [balanced, 100, 99, false],
    [balanced, 1000, 99, false],
    [biased, 100, 75, true],
    [biased, 100, 74, false],
    [biased, 80, 80, false],
    [proportional, 100, 1, true],
    [proportional, 1, 100, true],
    [proportional, 100, 0, false],
    [proportional, 99, 99, false],
  ];
  for (const [options, spam, ham, due] of cases) {
    assertEquals(isTrainingDue(options, { spam, ham }), due);
  }
});

Deno.test("what is missing is what makes a training due, and no more", () => {
  const options = fc.record({
    learnMode: fc.constantFrom("balanced" as const, "proportional" as const),
    maxTrains: fc.integer({ min: 1, max: 50 }),
    classesBias: fc.double({ min: 0, max: 0.99, noNaN: true }),
  }).map((train): AdmissionOptions => ({
    trainProbability: 1,
    spamSkipProbability: 0,
    hamSkipProbability: 0,
    ...train,
  }));
  const counts = fc.record({ spam: fc.nat(60), ham: fc.nat(60) });
  fc.assert(fc.property(options, counts, (options, { spam, ham }) => {
    const isDueWith = (more: { spam: number; ham: number }) =>
      isTrainingDue(options, { spam: spam + more.spam, ham: ham + more.ham });
    const missing = missingSamples(options, { spam, ham });
    assertEquals(isDueWith(missing), true);
    for (const mailClass of ["spam", "ham"] as const) {
      if (missing[mailClass] === 0) continue;
      const less = { ...missing, [mailClass]: missing[mailClass] - 1 };
      assertEquals(isDueWith(less), false);
    }
  }));
});
