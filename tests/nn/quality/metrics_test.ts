import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { measure } from "../../../lib/nn/quality/metrics.ts";

/** Outputs with their labels; few different ones, so that there are ties. */
const judged = fc.array(
  fc.record({
    output: fc.oneof(
      fc.constantFrom(-1, -0.5, -0, 0, 0.25, 0.5, 1),
      fc.double({ min: -1, max: 1, noNaN: true }),
    ),
    isSpam: fc.boolean(),
  }),
  { maxLength: 60 },
);

type Judged = { output: number; isSpam: boolean }[];

function metricsOf(judged: Judged) {
  return measure(
    Float64Array.from(judged, ({ output }) => output),
    Uint8Array.from(judged, ({ isSpam }) => isSpam ? 1 : 0),
  );
}

const outputsOf = (judged: Judged, spam: boolean) =>
  judged.filter(({ isSpam }) => isSpam === spam).map(({ output }) => output);

/** Share of the pairs of spam and ham that are in the right order. */
function pairwiseAuc(judged: Judged): number {
  const [spam, ham] = [outputsOf(judged, true), outputsOf(judged, false)];
  let right = 0;
  for (const s of spam) {
    for (const h of ham) right += s > h ? 1 : s === h ? 0.5 : 0;
  }
  return right / (spam.length * ham.length);
}

/** The most spam caught by any threshold that ham is let through by. */
function caughtAt(judged: Judged, perThousand: number): number {
  const [spam, ham] = [outputsOf(judged, true), outputsOf(judged, false)];
  if (ham.length === 0) return NaN;
  const thresholds = [...judged.map(({ output }) => output), Infinity];
  const caught = thresholds
    .filter((threshold) =>
      1000 * ham.filter((h) => h >= threshold).length <=
        perThousand * ham.length
    )
    .map((threshold) => spam.filter((s) => s >= threshold).length);
  return Math.max(...caught) / spam.length;
}

Deno.test("the AUC is the share of pairs in the right order, ties half", () => {
  fc.assert(fc.property(judged, (judged) => {
    const [auc, expected] = [metricsOf(judged).auc, pairwiseAuc(judged)];
    if (Number.isNaN(expected)) assertEquals(auc, NaN);
    else assertAlmostEquals(auc, expected, 1e-12);
  }));
});

Deno.test("spam caught is what the best allowed threshold catches", () => {
  const ham = Array.from({ length: 1000 }, (_, i) => ({
    output: Math.sin(i),
    isSpam: false,
  }));
  // So much ham that the rates are whole numbers of it, and one less.
  const total = fc.constantFrom(0, 100, 199, 200, 999, 1000);
  fc.assert(
    fc.property(judged, total, (judged, total) => {
      const missing = total - outputsOf(judged, false).length;
      const all = [...judged, ...ham.slice(0, Math.max(0, missing))];
      assertEquals(metricsOf(all).tpr_at_fpr, {
        "0.001": caughtAt(all, 1),
        "0.005": caughtAt(all, 5),
        "0.01": caughtAt(all, 10),
      });
    }),
    { numRuns: 60 },
  );
});

Deno.test("errors are counted by the side of 0, which is ham", () => {
  fc.assert(fc.property(judged, (judged) => {
    const metrics = metricsOf(judged);
    const [spam, ham] = [outputsOf(judged, true), outputsOf(judged, false)];
    const missed = spam.filter((output) => !(output > 0)).length;
    const wrong = ham.filter((output) => output > 0).length;
    assertEquals(metrics.n, { spam: spam.length, ham: ham.length });
    assertEquals(metrics.error, (missed + wrong) / judged.length);
    assertEquals(metrics.fpr, wrong / ham.length);
    assertEquals(metrics.fnr, missed / spam.length);
  }));
});

Deno.test("the cost is the cross-entropy of outputs mapped to (0, 1)", () => {
  fc.assert(fc.property(judged, (judged) => {
    fc.pre(judged.length > 0);
    const costs = judged.map(({ output, isSpam }) => {
      const probability = (1 + (isSpam ? output : -output)) / 2;
      return -Math.log(Math.max(probability, 0.5e-9));
    });
    const mean = costs.reduce((sum, cost) => sum + cost) / costs.length;
    assertAlmostEquals(metricsOf(judged).cost, mean, 1e-9);
  }));
});

Deno.test("without messages of a class, what needs them is not a number", () => {
  const onlySpam = metricsOf([{ output: 0.5, isSpam: true }]);
  const none = { "0.001": NaN, "0.005": NaN, "0.01": NaN };
  assertEquals([onlySpam.auc, onlySpam.fpr], [NaN, NaN]);
  assertEquals([onlySpam.error, onlySpam.fnr], [0, 0]);
  assertEquals(onlySpam.tpr_at_fpr, none);
  const onlyHam = metricsOf([{ output: 0.5, isSpam: false }]);
  assertEquals([onlyHam.auc, onlyHam.fnr], [NaN, NaN]);
  assertEquals([onlyHam.error, onlyHam.fpr], [1, 1]);
  assertEquals(onlyHam.tpr_at_fpr, none);
  const nothing = metricsOf([]);
  assertEquals([nothing.auc, nothing.error, nothing.cost], [NaN, NaN, NaN]);
  assertEquals(nothing.n, { spam: 0, ham: 0 });
});

Deno.test("the order of the messages does not matter", () => {
  fc.assert(fc.property(judged, (judged) => {
    const { cost, ...metrics } = metricsOf(judged);
    const { cost: other, ...reversed } = metricsOf(judged.toReversed());
    assertEquals(reversed, metrics);
    if (judged.length > 0) assertAlmostEquals(other, cost, 1e-9);
  }));
});

Deno.test("infinite outputs have their place at the ends", () => {
  const metrics = metricsOf([
    { output: Infinity, isSpam: true },
    { output: Infinity, isSpam: false },
    { output: 0.5, isSpam: true },
    { output: -Infinity, isSpam: false },
  ]);
  assertEquals(metrics.auc, (0.5 + 1 + 0 + 1) / 4);
  assertEquals(metrics.tpr_at_fpr["0.01"], 0);
});

Deno.test("hundreds of thousands of different outputs are measured", () => {
  const size = 300_000;
  const outputs = Float64Array.from({ length: size }, (_, i) => i / size);
  const isSpam = Uint8Array.from({ length: size }, (_, i) => i % 3 ? 1 : 0);
  const { auc, tpr_at_fpr } = measure(outputs, isSpam);
  assertAlmostEquals(auc, 0.5, 1e-4);
  assert(tpr_at_fpr["0.01"] > 0.009 && tpr_at_fpr["0.01"] < 0.011);
});
