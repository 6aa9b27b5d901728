import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  brierScore,
  type Calibration,
  fitCalibration,
  marginOf,
  probabilityOf,
} from "../../../lib/nn/quality/calibration.ts";
import { Random } from "../../../lib/nn/random.ts";
import { assertClose } from "../close.ts";

const outputs = fc.oneof(
  fc.constantFrom(-1, 0, 0.5, 1),
  fc.double({ min: -1, max: 1, noNaN: true }),
);
const judged = fc.array(fc.record({ output: outputs, isSpam: fc.boolean() }), {
  maxLength: 60,
});

type Judged = { output: number; isSpam: boolean }[];

function fit(judged: Judged): Calibration | undefined {
  return fitCalibration(
    Float64Array.from(judged, ({ output }) => output),
    Uint8Array.from(judged, ({ isSpam }) => isSpam ? 1 : 0),
  );
}

/** Cross-entropy with Platt's targets, and a belief in a slope of 2. */
function costOf(judged: Judged, calibration: Calibration): number {
  const spam = judged.filter(({ isSpam }) => isSpam).length;
  const ham = judged.length - spam;
  return judged.reduce((sum, { output, isSpam }) => {
    const target = isSpam ? (spam + 1) / (spam + 2) : 1 / (ham + 2);
    const probability = probabilityOf(output, calibration);
    return sum - target * Math.log(probability) -
      (1 - target) * Math.log1p(-probability);
  }, 1.5 * (calibration.slope - 2) ** 2);
}

Deno.test("a margin is what the tanh was of, as far as float32 tells it", () => {
  for (const x of [-7, -1, 0, 0.5, 7]) assertClose(marginOf(Math.tanh(x)), x);
  assertClose(marginOf(1), 8, 1e-9);
  assertClose(marginOf(-1), -8, 1e-9);
  assertClose(marginOf(Math.tanh(12)), 8, 1e-9);
});

Deno.test("nothing near a fit costs less, among those that never decrease", () => {
  fc.assert(fc.property(judged, (judged) => {
    const fitted = fit(judged);
    if (fitted === undefined) return;
    const { slope, intercept } = fitted;
    assert(slope >= 0 && Number.isFinite(slope) && Number.isFinite(intercept));
    const cost = costOf(judged, fitted);
    for (const step of [1, 0.1, 0.01]) {
      for (
        const [a, b] of [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [1, -1]]
      ) {
        const near = {
          slope: Math.max(0, slope + a * step),
          intercept: intercept + b * step,
        };
        assert(costOf(judged, near) >= cost - 1e-7 * judged.length);
      }
    }
  }));
});

Deno.test("a greater output is never less probable to be spam", () => {
  fc.assert(fc.property(judged, outputs, outputs, (judged, a, b) => {
    const fitted = fit(judged);
    if (fitted === undefined) return;
    const [low, high] = [a, b].toSorted((x, y) => x - y)
      .map((output) => probabilityOf(output, fitted));
    assert(low <= high && low >= 0 && high <= 1);
  }));
});

Deno.test("what the outputs were made with is found again", () => {
  const random = new Random(1);
  const made = { slope: 0.7, intercept: -0.4 };
  const sample = Array.from({ length: 40_000 }, () => {
    const output = Math.tanh(2 * random.normal());
    return { output, isSpam: random.uniform() < probabilityOf(output, made) };
  });
  const fitted = fit(sample)!;
  assertClose(fitted.slope, made.slope, 0.03);
  assertClose(fitted.intercept, made.intercept, 0.03);
});

const many = (output: number, isSpam: boolean, count: number): Judged =>
  Array.from({ length: count }, () => ({ output, isSpam }));

Deno.test("outputs that separate the classes make no certainty of few messages", () => {
  for (const count of [3, 30, 3000]) {
    const fitted = fit([...many(-1, false, count), ...many(1, true, count)])!;
    const [ham, spam] = [-1, 1].map((output) => probabilityOf(output, fitted));
    assertClose(ham, 1 - spam);
    const doubt = 1 / (count + 2);
    assert(ham > 0.4 * doubt && ham < doubt, `${ham} by ${count}`);
  }
});

Deno.test("outputs that hardly differ make no cliff", () => {
  const fitted = fit([
    ...many(1e-9, true, 100),
    ...many(-1e-9, false, 100),
  ])!;
  assertClose(fitted.slope, 2, 1e-3);
});

Deno.test("outputs that say nothing give the share of spam", () => {
  const same = fit([...many(0.5, true, 10), ...many(0.5, false, 30)])!;
  const share = (10 * 11 / 12 + 30 / 32) / 40;
  assertClose(probabilityOf(0.5, same), share, 1e-6);
  const contrary = fit([...many(-0.5, true, 10), ...many(0.5, false, 30)])!;
  assertEquals(contrary.slope, 0);
  assertClose(probabilityOf(1, contrary), share, 1e-9);
});

Deno.test("there is no calibration without both classes", () => {
  assertEquals(fit([]), undefined);
  assertEquals(fit(many(0.5, true, 9)), undefined);
  assertEquals(fit(many(0.5, false, 9)), undefined);
});

Deno.test("the Brier score is the mean square of what was missed", () => {
  const isSpam = Uint8Array.of(1, 0, 1, 0);
  assertEquals(brierScore(Float64Array.of(1, 0, 1, 0), isSpam), 0);
  assertEquals(brierScore(new Float64Array(4).fill(0.5), isSpam), 0.25);
  assertEquals(brierScore(Float64Array.of(0.5, 0.5, 1, 1), isSpam), 0.375);
});
