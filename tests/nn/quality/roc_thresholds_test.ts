import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  LEAST_OF_CLASS_FOR_ROC,
  rocThresholds,
} from "../../../lib/nn/quality/roc_thresholds.ts";
import { assertClose } from "../close.ts";

type Judged = { output: number; isSpam: boolean }[];

function thresholdsOf(judged: Judged, cost: number) {
  return rocThresholds(
    Float64Array.from(judged, ({ output }) => output),
    Uint8Array.from(judged, ({ isSpam }) => isSpam ? 1 : 0),
    cost,
  );
}

/** Outputs of one class, few different ones, so that there are ties. */
const outputs = fc.array(
  fc.oneof(
    fc.constantFrom(-1, -0.5, -0, 0, 0.25, 0.5, 1),
    fc.double({ min: -1, max: 1, noNaN: true }),
  ),
  { minLength: LEAST_OF_CLASS_FOR_ROC, maxLength: 40 },
);
const judged: fc.Arbitrary<Judged> = fc.record({ spam: outputs, ham: outputs })
  .map(({ spam, ham }) => [
    ...spam.map((output) => ({ output, isSpam: true })),
    ...ham.map((output) => ({ output, isSpam: false })),
  ]);
const costs = fc.constantFrom(0, 0.1, 0.3, 0.5, 0.7, 0.9, 1);

/** What it costs to take what is at least `cut` for spam, and all else for ham. */
function priceOf(judged: Judged, cost: number, cut: number): number {
  const isWrong = ({ output, isSpam }: Judged[number]) =>
    (output >= cut) !== isSpam;
  return judged.filter(isWrong)
    .reduce((sum, { isSpam }) => sum + (isSpam ? cost : 1 - cost), 0);
}

/** All cuts that make a difference, and in all ways. */
function cutsOf(judged: Judged): number[] {
  const sorted = judged.map(({ output }) => output).sort((a, b) => a - b);
  return [...sorted.filter((x) => x > -1), 1 + Number.EPSILON];
}

/** Where rspamd cuts: above the message whose index it would return. */
function cutOfRspamd(judged: Judged, cost: number): number {
  const sorted = judged.toSorted((a, b) => a.output - b.output);
  let best = { price: Infinity, index: 0 };
  for (let index = 0; index < sorted.length; index++) {
    const missed = sorted.slice(0, index + 1).filter((x) => x.isSpam).length;
    const wrong = sorted.slice(index + 1).filter((x) => !x.isSpam).length;
    const price = cost * missed + (1 - cost) * wrong;
    if (price <= best.price + 1e-12) best = { price, index };
  }
  return best.index;
}

Deno.test("no cut costs less than those of the thresholds", () => {
  fc.assert(fc.property(judged, costs, (judged, cost) => {
    const { spam, ham } = thresholdsOf(judged, cost);
    const least = Math.min(
      ...cutsOf(judged).map((cut) => priceOf(judged, cost, cut)),
    );
    // A threshold of 0 leaves the sign to decide, whatever the cut was.
    if (spam > 0 && spam < 1) {
      assertClose(priceOf(judged, cost, spam), least, 1e-9);
    }
    // What is exactly at the ham threshold is ham.
    if (ham > 0 && ham < 1 && !judged.some(({ output }) => output === -ham)) {
      assertClose(priceOf(judged, cost, -ham), least, 1e-9);
    }
  }));
});

Deno.test("the spam threshold is where rspamd cuts", () => {
  // A step apart, and none at the ends, where rspamd knows no other cut.
  const distinct = fc.uniqueArray(fc.integer({ min: -999, max: 999 }), {
    minLength: 60,
    maxLength: 80,
  }).map((steps) => steps.map((step) => step / 1000));
  const labels = fc.array(fc.boolean(), { minLength: 80, maxLength: 80 });
  const cases = fc.tuple(distinct, labels).map(([outputs, labels]) =>
    outputs.map((output, i) => ({
      output,
      isSpam: i < 20 || (i < 40 ? false : labels[i]),
    }))
  );
  fc.assert(fc.property(cases, costs, (judged, cost) => {
    const { spam } = thresholdsOf(judged, cost);
    const sorted = judged.map(({ output }) => output).sort((a, b) => a - b);
    // rspamd has no cut below all messages.
    const isLowest = ({ output }: Judged[number]) => output === sorted[0];
    if (judged.find(isLowest)!.isSpam) return;
    const index = cutOfRspamd(judged, cost);
    const [below, above] = [sorted[index], sorted[index + 1] ?? 1];
    if (below <= 0) assert(spam >= 0 && spam <= Math.max(0, above));
    else assert(below < spam && spam <= above || below === 1);
  }));
});

Deno.test("thresholds are between 0 and 1, and alike for both sides", () => {
  fc.assert(fc.property(judged, costs, (judged, cost) => {
    const { spam, ham } = thresholdsOf(judged, cost);
    for (const x of [spam, ham]) assert(x >= 0 && x <= 1 && !Object.is(x, -0));
    // It is ham, however it is turned.
    if (judged.some(({ output }) => output === 0)) return;
    const mirrored = judged.map(({ output, isSpam }) => ({
      output: -output,
      isSpam: !isSpam,
    }));
    const other = thresholdsOf(mirrored, 1 - cost);
    assertClose(other.spam, ham, 1e-12);
    assertClose(other.ham, spam, 1e-12);
  }));
});

const many = (output: number, isSpam: boolean, count = 20): Judged =>
  Array.from({ length: count }, () => ({ output, isSpam }));

Deno.test("classes that are apart need no threshold but the sign", () => {
  const apart = [...many(-0.9, false), ...many(0.1, true)];
  assertEquals(thresholdsOf(apart, 0.5), { spam: 0, ham: 0 });
});

Deno.test("classes that are apart on one side of 0 are cut in the middle", () => {
  const above = [...many(0.5, false), ...many(0.75, true)];
  assertEquals(thresholdsOf(above, 0.5), { spam: 0.625, ham: 0 });
  const below = [...many(-0.75, false), ...many(-0.5, true)];
  assertEquals(thresholdsOf(below, 0.5), { spam: 0, ham: 0.625 });
});

Deno.test("the cost decides what of two evils is the lesser one", () => {
  const judged = [
    ...many(-0.5, false),
    ...many(0.25, true, 30),
    ...many(0.5, false, 10),
    ...many(1, true, 30),
  ];
  assertEquals(thresholdsOf(judged, 0.5).spam, 0);
  assertEquals(thresholdsOf(judged, 0.1).spam, 0.75);
  const shares = [
    ...many(-0.5, false),
    ...many(0.25, true, 63),
    ...many(0.5, false, 7),
    ...many(1, true),
  ];
  // 63 · 0.1 is 7 · 0.9, but not in binary.
  assertEquals(thresholdsOf(shares, 0.1), { spam: 0.75, ham: 0 });
  // 30 · cost = 10 · (1 − cost): both cuts are as good.
  assertEquals(thresholdsOf(judged, 0.25), { spam: 0.75, ham: 0 });
});

Deno.test("between two cuts that are as good, nothing is said", () => {
  const judged = [
    ...many(-0.75, false, 30),
    ...many(-0.25, true, 10),
    ...many(0.25, false, 10),
    ...many(0.75, true, 30),
  ];
  assertEquals(thresholdsOf(judged, 0.5), { spam: 0.5, ham: 0.5 });
});

Deno.test("equal outputs are never cut apart", () => {
  const judged = [
    ...many(-1, false),
    ...many(0.5, false, 3),
    ...many(0.5, true, 2),
    ...many(0.9, true),
  ];
  assertClose(thresholdsOf(judged, 0.5).spam, 0.7, 1e-12);
});

Deno.test("a network that cannot tell inserts no spam symbol", () => {
  const judged = [...many(0.5, false, 60), ...many(0.5, true, 20)];
  assertEquals(thresholdsOf(judged, 0.5), { spam: 0.75, ham: 0 });
});

Deno.test("too few messages, and outputs that are no numbers, move nothing", () => {
  const few = [...many(0.5, false, 200), ...many(0.75, true, 19)];
  assertEquals(thresholdsOf(few, 0.5), { spam: 0, ham: 0 });
  assertEquals(thresholdsOf([], 0.5), { spam: 0, ham: 0 });
  const broken = [...many(0.5, false), ...many(NaN, true)];
  assertEquals(thresholdsOf(broken, 0.5), { spam: 0, ham: 0 });
});

Deno.test("a million outputs take no more than sorting them", () => {
  const isSpam = new Uint8Array(1e6).map((_, i) => i % 2);
  const outputs = Float64Array.from(
    isSpam,
    (spam, i) => Math.tanh((spam ? 1 : -1) + Math.sin(i)),
  );
  const started = performance.now();
  rocThresholds(outputs, isSpam, 0.5);
  assert(performance.now() - started < 10_000);
});
