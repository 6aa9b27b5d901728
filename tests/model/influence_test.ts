import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Layout } from "../../lib/features/layout.ts";
import { influencesOf } from "../../lib/model/influence.ts";
import type { Model } from "../../lib/model/model.ts";
import { AffinePredictor } from "../../lib/nn/predictors/affine.ts";

const SYMBOLS = ["A", "B", "C", "D", "E"];
const WEIGHTS = [0.5, -1, 0, 2, -0.25];

function model(): Pick<Model, "layout" | "predictor"> {
  const layout = new Layout(3, SYMBOLS);
  const weights = new Float64Array(layout.length).fill(9);
  weights.set(WEIGHTS, layout.length - SYMBOLS.length);
  const network = {
    weights,
    bias: 0.5,
    activation: "tanh" as const,
    rectified: false,
  };
  return { layout, predictor: new AffinePredictor(network) };
}

Deno.test("symbols are told by what each does alone, the strongest first", async () => {
  let pauses = 0;
  const pause = () => {
    pauses++;
    return Promise.resolve();
  };
  const { spam, ham } = await influencesOf(model(), 9, pause);
  assertEquals(spam.map(({ name }) => name), ["D", "A"]);
  assertEquals(ham.map(({ name }) => name), ["B", "E"]);
  assertEquals(pauses, SYMBOLS.length);
  assertAlmostEquals(spam[0].effect, Math.tanh(2.5) - Math.tanh(0.5), 1e-6);
  assertAlmostEquals(ham[0].effect, Math.tanh(-0.5) - Math.tanh(0.5), 1e-6);
  const few = await influencesOf(model(), 1, pause);
  assert(few.spam.length === 1 && few.ham.length === 1);
});
