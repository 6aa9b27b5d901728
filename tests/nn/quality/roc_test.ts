import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { confusionAt } from "../../../lib/nn/quality/confusion.ts";
import { compareAucs, estimateAuc } from "../../../lib/nn/quality/delong.ts";
import { wilsonInterval } from "../../../lib/nn/quality/interval.ts";
import { disagreement } from "../../../lib/nn/quality/mcnemar.ts";
import { measure } from "../../../lib/nn/quality/metrics.ts";
import {
  areaUnder,
  cornersOf,
  pointAt,
  rocCurve,
} from "../../../lib/nn/quality/roc.ts";

/** Outputs with their labels, two of each class at least, and many ties. */
const judged = fc.array(
  fc.tuple(fc.constantFrom(-1, -0.5, 0, 0.25, 1), fc.boolean()),
  { maxLength: 60 },
).map((some) => {
  const all = [...some, [0, true], [0, false], [1, true], [-1, false]] as const;
  return {
    outputs: Float64Array.from(all, ([output]) => output),
    isSpam: Uint8Array.from(all, ([, isSpam]) => isSpam ? 1 : 0),
    n: {
      spam: all.filter(([, isSpam]) => isSpam).length,
      ham: all.filter(([, isSpam]) => !isSpam).length,
    },
  };
});

Deno.test("the corners of a curve have its ends and its area", () => {
  fc.assert(fc.property(judged, ({ outputs, isSpam, n }) => {
    const curve = rocCurve(outputs, isSpam);
    const corners = cornersOf(curve);
    assertEquals([corners[0], corners.at(-1)], [curve[0], curve.at(-1)]);
    assertAlmostEquals(areaUnder(corners, n), areaUnder(curve, n), 1e-12);
  }));
});

Deno.test("a point of the curve is what its threshold does", () => {
  fc.assert(fc.property(judged, ({ outputs, isSpam, n }) => {
    for (const point of rocCurve(outputs, isSpam).slice(1)) {
      const { threshold, truePositives, falsePositives } = point;
      const confusion = confusionAt(outputs, isSpam, threshold);
      assertEquals(confusion, {
        truePositives,
        falsePositives,
        trueNegatives: n.ham - falsePositives,
        falseNegatives: n.spam - truePositives,
      });
    }
  }));
});

Deno.test("the point for a rate is the last that keeps to it", () => {
  fc.assert(fc.property(judged, fc.double({ min: 0, max: 1, noNaN: true }), (
    { outputs, isSpam, n },
    rate,
  ) => {
    const curve = rocCurve(outputs, isSpam);
    const at = curve.indexOf(pointAt(curve, n, rate));
    assert(curve[at].falsePositives <= rate * n.ham);
    assert(!curve[at + 1] || curve[at + 1].falsePositives > rate * n.ham);
  }));
});

Deno.test("an AUC is the same by ranks and by its area, and in its interval", () => {
  fc.assert(fc.property(judged, ({ outputs, isSpam }) => {
    const { auc, interval: [least, greatest] } = estimateAuc(outputs, isSpam);
    assertAlmostEquals(auc, measure(outputs, isSpam).auc, 1e-12);
    assert(0 <= least && least <= auc && auc <= greatest + 1e-12);
    assert(greatest <= 1 && least < greatest);
  }));
});

Deno.test("where nothing is out of order, an AUC is as sure as a rate", () => {
  const isSpam = Uint8Array.from({ length: 50 }, (_, i) => i < 10 ? 1 : 0);
  const outputs = Float64Array.from(isSpam, (x) => 2 * x - 1);
  const { auc, interval } = estimateAuc(outputs, isSpam);
  assertEquals(auc, 1);
  assertEquals(interval, wilsonInterval(10, 10));
});

Deno.test("a classifier is no better than itself, and order only turns signs", () => {
  const pair = fc.tuple(judged, fc.nat()).map(([one, seed]) => ({
    ...one,
    other: one.outputs.map((x, i) => (seed >> (i % 30)) & 1 ? -x : x),
  }));
  fc.assert(fc.property(pair, ({ outputs, other, isSpam }) => {
    const same = compareAucs(outputs, outputs, isSpam);
    assertEquals([same.difference, same.p], [0, 1]);
    const there = compareAucs(outputs, other, isSpam);
    const back = compareAucs(other, outputs, isSpam);
    assertEquals(there.difference, -back.difference);
    assertEquals(there.p, back.p);
    assert(there.p >= 0 && there.p <= 1, `${there.p}`);
    const found = disagreement(outputs, other, isSpam, [0.1, 0.1]);
    const turned = disagreement(other, outputs, isSpam, [0.1, 0.1]);
    assertEquals(found.onlyFirstWrong, turned.onlySecondWrong);
    assertEquals(found.p, turned.p);
  }));
});

Deno.test("the interval of a rate has the rate in it, and shrinks", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 1e6 }),
    fc.nat({ max: 1000 }),
    (of, share) => {
      const count = Math.floor(of * share / 1000);
      const [least, greatest] = wilsonInterval(count, of);
      assert(0 <= least && least <= count / of);
      assert(count / of <= greatest && greatest <= 1);
      const [closer, near] = wilsonInterval(4 * count, 4 * of);
      assert(near - closer < greatest - least);
    },
  ));
  // Of nothing, nothing is known.
  assertEquals(wilsonInterval(0, 0), [0, 1]);
});
