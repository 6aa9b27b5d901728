/** Figures beside those of other implementations; see reference.py. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  type Confusion,
  confusionAt,
} from "../../../lib/nn/quality/confusion.ts";
import { compareAucs, estimateAuc } from "../../../lib/nn/quality/delong.ts";
import { wilsonInterval } from "../../../lib/nn/quality/interval.ts";
import { disagreement } from "../../../lib/nn/quality/mcnemar.ts";
import { measure } from "../../../lib/nn/quality/metrics.ts";
import {
  averagePrecision,
  pointAt,
  rocCurve,
} from "../../../lib/nn/quality/roc.ts";

/** What reference.py writes. */
interface Reference {
  cases: {
    is_spam: number[];
    outputs: [number[], number[]];
    figures: ReferenceFigures[];
    mcnemar: { only_first_wrong: number; only_second_wrong: number; p: number };
    delong: { difference: number; deviation: number; p: number };
  }[];
  wilson: [count: number, of: number, interval: number[]][];
  coins: [heads: number, tails: number, p: number][];
}

interface ReferenceFigures {
  auc: number;
  auc_interval: number[];
  average_precision: number;
  confusion: number[];
  error_interval: number[];
  fpr_interval: number[];
  fnr_interval: number[];
  tpr_at_fpr: Record<string, number>;
  threshold_at_fpr: Record<string, number | null>;
  roc: number[][];
  precision_recall: number[][];
}

const { cases, wilson, coins }: Reference = JSON.parse(
  await Deno.readTextFile(
    new URL("../../fixtures/quality/reference.json", import.meta.url),
  ),
);

function assertNear(actual: number[], expected: number[], within = 1e-10) {
  assertEquals(actual.length, expected.length);
  actual.forEach((x, i) => assertAlmostEquals(x, expected[i], within));
}

for (const [number, reference] of cases.entries()) {
  const isSpam = Uint8Array.from(reference.is_spam);
  const both = reference.outputs.map((one) => Float64Array.from(one));
  for (const [which, outputs] of both.entries()) {
    const expected = reference.figures[which];
    const name = `scores ${number + 1}, classifier ${which + 1}`;
    const n = {
      spam: isSpam.filter((x) => x === 1).length,
      ham: isSpam.filter((x) => x === 0).length,
    };

    Deno.test(`${name}: AUC, confusion and rates are those of others`, () => {
      const { auc, interval } = estimateAuc(outputs, isSpam);
      assertNear([auc, ...interval], [expected.auc, ...expected.auc_interval]);
      const counted = confusionAt(outputs, isSpam);
      assertEquals(inOrder(counted), expected.confusion);
      const { truePositives: tp, falsePositives: fp } = counted;
      const wrong = fp + n.spam - tp;
      const metrics = measure(outputs, isSpam);
      assertNear([metrics.auc, metrics.error, metrics.fpr, metrics.fnr], [
        expected.auc,
        wrong / isSpam.length,
        fp / n.ham,
        1 - tp / n.spam,
      ]);
      assertNear(
        [
          ...wilsonInterval(wrong, isSpam.length),
          ...wilsonInterval(fp, n.ham),
          ...wilsonInterval(n.spam - tp, n.spam),
        ],
        [
          ...expected.error_interval,
          ...expected.fpr_interval,
          ...expected.fnr_interval,
        ],
      );
    });

    Deno.test(`${name}: curves and thresholds are those of others`, () => {
      const curve = rocCurve(outputs, isSpam);
      const points = curve.map((point) => ({
        rates: [point.falsePositives / n.ham, point.truePositives / n.spam],
        precision: point.truePositives /
          (point.truePositives + point.falsePositives),
      }));
      assertNear(
        points.flatMap(({ rates }) => rates),
        expected.roc.flat(),
      );
      assertNear(
        points.slice(1).flatMap((
          { rates, precision },
        ) => [rates[1], precision]),
        expected.precision_recall.flat(),
      );
      assertNear([averagePrecision(curve, n)], [expected.average_precision]);
      for (const [rate, tpr] of Object.entries(expected.tpr_at_fpr)) {
        const { truePositives, threshold } = pointAt(curve, n, Number(rate));
        assertAlmostEquals(truePositives / n.spam, tpr, 1e-12);
        assertEquals(threshold, expected.threshold_at_fpr[rate] ?? NaN);
      }
    });
  }

  Deno.test(`scores ${number + 1}: the comparison is that of others`, () => {
    const [first, second] = both;
    const { difference, interval, p } = compareAucs(first, second, isSpam);
    const { delong, mcnemar } = reference;
    const reach = 1.959963984540054 * delong.deviation;
    assertNear([difference, p, ...interval], [
      delong.difference,
      delong.p,
      delong.difference - reach,
      delong.difference + reach,
    ]);
    const above = Number.MIN_VALUE;
    const counted = disagreement(first, second, isSpam, [above, above]);
    assertEquals(counted.onlyFirstWrong, mcnemar.only_first_wrong);
    assertEquals(counted.onlySecondWrong, mcnemar.only_second_wrong);
    assertAlmostEquals(counted.p, mcnemar.p, 1e-10);
  });
}

function inOrder(confusion: Confusion): number[] {
  const { truePositives, falsePositives } = confusion;
  const { trueNegatives, falseNegatives } = confusion;
  return [truePositives, falsePositives, trueNegatives, falseNegatives];
}

Deno.test("intervals of rates are those of others", () => {
  for (const [count, of, expected] of wilson) {
    assertNear(wilsonInterval(count, of), expected, 1e-12);
  }
});

Deno.test("throws of a coin are as likely as others say", () => {
  for (const [heads, tails, expected] of coins) {
    // Only the first got the spam right, or only the second.
    const first = new Float64Array(heads + tails).fill(-1, 0, heads);
    const second = first.map((x, i) => i < heads ? 1 : x - 1);
    first.fill(1, heads);
    const isSpam = new Uint8Array(heads + tails).fill(1);
    const { p } = disagreement(first, second, isSpam, [0.5, 0.5]);
    assertAlmostEquals(p / expected, 1, 1e-9);
  }
});
