import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import {
  judge,
  type Judgement,
  type Refusal,
} from "../../../lib/nn/quality/gate.ts";
import { measure } from "../../../lib/nn/quality/metrics.ts";

/** Outputs for spam first, then for ham. */
interface Outputs {
  spam: number[];
  ham: number[];
}

function judgeBy(candidate: Outputs, current?: Outputs): Judgement {
  const all = ({ spam, ham }: Outputs) => Float64Array.from([...spam, ...ham]);
  const { spam, ham } = candidate;
  return judge({
    isSpam: Uint8Array.from([...spam.map(() => 1), ...ham.map(() => 0)]),
    candidate: all(candidate),
    current: current && all(current),
  });
}

const repeat = (count: number, ...values: number[]): number[] =>
  Array.from({ length: count }, () => values).flat();

const GOOD: Outputs = { spam: repeat(50, 0.9, 0.8), ham: repeat(50, -0.9, -1) };

/** Networks that are no use, and why. */
const USELESS: Record<string, [Outputs, string]> = {
  "an output that is not a number": [
    { spam: [NaN, 0.9], ham: [-0.9, -1] },
    "not a number",
  ],
  "an infinite output": [
    { spam: [Infinity, 0.9], ham: [-0.9, -1] },
    "not a number",
  ],
  "one answer": [
    { spam: repeat(9, 0.25), ham: repeat(9, 0.25) },
    "answers 0.250 to every message",
  ],
  "nearly one answer": [
    { spam: repeat(9, 0.0004), ham: repeat(9, -0.0004) },
    "to every message",
  ],
  "only spam": [
    { spam: repeat(9, 0.9), ham: repeat(9, 0.1) },
    "takes 9 of 9 ham for spam",
  ],
  "only ham": [
    { spam: repeat(9, -0.1, 0), ham: repeat(9, -0.9) },
    "takes 18 of 18 spam for ham",
  ],
  "chance": [
    { spam: repeat(9, 0.5, -0.5), ham: repeat(9, 0.5, -0.5) },
    "hardly better than chance: AUC 0.500",
  ],
  "the wrong way round": [
    { spam: repeat(9, -0.5), ham: repeat(9, 0.5) },
    "takes 9 of 9 ham for spam",
  ],
};

/** Why a network is refused; it has to be. */
function refusalOf({ refusal }: Judgement): Refusal {
  assert(refusal, "it passed");
  return refusal;
}

for (const [name, [outputs, expected]] of Object.entries(USELESS)) {
  Deno.test(`a network that is no use is refused: ${name}`, () => {
    const [good] = sameSize(GOOD, outputs);
    for (const current of [undefined, outputs, good]) {
      const { reason, degenerate } = refusalOf(judgeBy(outputs, current));
      assertStringIncludes(reason, expected);
      assert(degenerate);
    }
  });
}

Deno.test("a useful network passes where there is none, and beside a broken one", () => {
  assertEquals(judgeBy(GOOD).refusal, undefined);
  assertEquals(judgeBy(GOOD).current, undefined);
  for (const broken of Object.values(USELESS).map(([outputs]) => outputs)) {
    const [candidate, current] = sameSize(GOOD, broken);
    assertEquals(judgeBy(candidate, current).refusal, undefined);
  }
  const broken = { spam: repeat(100, NaN), ham: repeat(100, NaN) };
  const fair = {
    spam: repeat(25, 0.9, 0.8, 0.7, -0.1),
    ham: repeat(50, -0.9, -0.05),
  };
  assertEquals(judgeBy(fair, broken).refusal, undefined);
});

function sameSize(a: Outputs, b: Outputs): [Outputs, Outputs] {
  const [spam, ham] = [b.spam.length, b.ham.length];
  return [{ spam: a.spam.slice(0, spam), ham: a.ham.slice(0, ham) }, b];
}

/** A network, a better one that is in service, and why the first is refused. */
const WORSE: Record<string, [Outputs, Outputs, string]> = {
  "in error and AUC": [
    { spam: GOOD.spam, ham: [...repeat(99, -0.9), 0.85] },
    GOOD,
    "worse than the one in service",
  ],
  "in error alone": [
    { spam: repeat(100, 0.9), ham: repeat(10, ...repeat(8, -0.9), 0.5, 0.1) },
    GOOD,
    "makes more errors",
  ],
  "in AUC alone": [
    { spam: repeat(50, 0.9, -0.1), ham: repeat(20, -0.9, -0.9, -0.9, -0.05) },
    { spam: repeat(50, 0.9, -0.1), ham: repeat(80, -0.9) },
    "orders messages worse",
  ],
};

for (const [name, [outputs, current, expected]] of Object.entries(WORSE)) {
  Deno.test(`a network that is worse than the one in service is refused: ${name}`, () => {
    const judgement = judgeBy(outputs, current);
    const { reason, degenerate } = refusalOf(judgement);
    assertStringIncludes(reason, expected);
    assert(!degenerate);
    for (const metrics of [judgement.candidate, judgement.current!]) {
      assertStringIncludes(reason, metrics.auc.toFixed(4));
      assertStringIncludes(reason, `${(100 * metrics.error).toFixed(2)} %`);
    }
  });
}

Deno.test("differences that chance explains are let pass", () => {
  // One error more of 200, and a better order.
  const current = {
    spam: repeat(100, 0.5),
    ham: [...repeat(98, -0.5), -0.1, 0.9],
  };
  const candidate = {
    spam: [...repeat(99, 0.5), 0.55],
    ham: [...repeat(98, -0.5), 0.1, 0.4],
  };
  const judgement = judgeBy(candidate, current);
  assert(judgement.candidate.error > judgement.current!.error);
  assert(judgement.candidate.auc > judgement.current!.auc);
  assertEquals(judgement.refusal, undefined);
});

/** Ham of which this many of a hundred count as spam, all in order. */
const hamWrong = (wrong: number): Outputs => ({
  spam: repeat(100, 0.9),
  ham: [...repeat(wrong, 0.1), ...repeat(100 - wrong, -0.9)],
});
/** Spam of which this many of a hundred count as ham, all in order. */
const spamWrong = (wrong: number): Outputs => ({
  spam: [...repeat(wrong, -0.1), ...repeat(100 - wrong, 0.9)],
  ham: repeat(100, -0.9),
});
/** 10 of 25 spam are missed, and stand below this many of 100 ham. */
const outOfOrder = (above: number): Outputs => ({
  spam: [...repeat(15, 0.9), ...repeat(10, -0.5)],
  ham: [...repeat(above, -0.4), ...repeat(100 - above, -0.9)],
});
const FIVE_HAM = [-0.5, -0.3, -0.1, 0.1, 0.3];
const FOUR_HAM = FIVE_HAM.slice(0, 4);

/** Networks just inside and just outside of a limit, and one in service. */
const LIMITS: Record<string, [Outputs, Outputs, Outputs?]> = {
  "ham on the wrong side": [hamWrong(60), hamWrong(61)],
  "spam on the wrong side": [spamWrong(60), spamWrong(61)],
  "all ham on the wrong side": [
    { spam: repeat(5, 0.9), ham: repeat(4, 0.1) },
    { spam: repeat(5, 0.9), ham: repeat(5, 0.1) },
  ],
  "all spam on the wrong side": [
    { spam: repeat(4, -0.1), ham: repeat(5, -0.9) },
    { spam: repeat(5, -0.1), ham: repeat(5, -0.9) },
  ],
  "15 of 25 pairs in order": [
    { spam: [0.9, 0.9, 0.9, -0.9, -0.9], ham: FIVE_HAM },
    { spam: [0.9, 0.9, 0.2, -0.9, -0.9], ham: FIVE_HAM },
  ],
  "8 of 16 pairs in order": [
    { spam: [0.9, 0.9, -0.9, -0.9], ham: FOUR_HAM },
    { spam: [0.9, 0.05, -0.9, -0.9], ham: FOUR_HAM },
  ],
  "four more errors": [hamWrong(4), hamWrong(5), hamWrong(0)],
  "an AUC below by two standard errors, which are 0.06": [
    outOfOrder(54),
    outOfOrder(56),
    outOfOrder(25),
  ],
};

for (const [name, [inside, outside, current]] of Object.entries(LIMITS)) {
  Deno.test(`the limit of what is let pass: ${name}`, () => {
    assertEquals(judgeBy(inside, current).refusal, undefined);
    assertEquals(refusalOf(judgeBy(outside, current)).degenerate, !current);
  });
}

Deno.test("without messages of a class, no network is let pass", () => {
  for (
    const outputs of [{ spam: [0.9, 0.8], ham: [] }, {
      spam: [],
      ham: [-0.9, -0.8],
    }]
  ) {
    assertStringIncludes(refusalOf(judgeBy(outputs)).reason, "AUC NaN");
  }
});

const output = fc.oneof(
  fc.constantFrom(-1, -0.5, 0, 0.5, 1),
  fc.double({ min: -1, max: 1, noNaN: true }),
);
const heldOut = fc.record({
  spam: fc.array(output, { minLength: 1, maxLength: 40 }),
  ham: fc.array(output, { minLength: 1, maxLength: 40 }),
});

Deno.test("a network is never worse than itself", () => {
  fc.assert(fc.property(heldOut, (outputs) => {
    const { refusal, candidate, current } = judgeBy(outputs, outputs);
    assertEquals(candidate, current);
    assertEquals(refusal, judgeBy(outputs).refusal);
  }));
});

Deno.test("a network that errs less and orders better is never refused as worse", () => {
  /** Moves outputs towards their class. */
  const improved = ({ spam, ham }: Outputs, by: number): Outputs => ({
    spam: spam.map((x) => x + by * (1 - x)),
    ham: ham.map((x) => x + by * (-1 - x)),
  });
  const share = fc.double({ min: 0, max: 0.9, noNaN: true });
  fc.assert(fc.property(heldOut, share, (outputs, by) => {
    const { refusal } = judgeBy(improved(outputs, by), outputs);
    assert(!refusal || refusal.degenerate, refusal?.reason);
  }));
});

Deno.test("the figures are those of the outputs", () => {
  fc.assert(fc.property(heldOut, heldOut, (a, b) => {
    const [candidate, current] = sameSize(a, b);
    fc.pre(
      candidate.spam.length === current.spam.length &&
        candidate.ham.length === current.ham.length,
    );
    const judgement = judgeBy(candidate, current);
    const isSpam = Uint8Array.from([
      ...candidate.spam.map(() => 1),
      ...candidate.ham.map(() => 0),
    ]);
    const outputsOf = ({ spam, ham }: Outputs) =>
      Float64Array.from([...spam, ...ham]);
    assertEquals(judgement.candidate, measure(outputsOf(candidate), isSpam));
    assertEquals(judgement.current, measure(outputsOf(current), isSpam));
  }));
});
