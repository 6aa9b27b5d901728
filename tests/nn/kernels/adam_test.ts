import fc from "fast-check";
import type { Random } from "../../../lib/nn/random.ts";
import { compare, seeds, widths } from "./both.ts";

/** Weights, gradients and their running means, of which some are 0. */
function fill(arrays: Record<string, Float32Array>, random: Random): void {
  for (const [name, array] of Object.entries(arrays)) {
    for (let i = 0; i < array.length; i++) {
      const value = random.uniform() < 0.2 ? 0 : random.normal();
      array[i] = name === "squares" ? value * value : value;
    }
  }
}

Deno.test("Adam moves weights as by plain loops", () => {
  fc.assert(fc.property(widths, seeds, (length, seed) =>
    compare(
      ({ floats }) => ({
        weights: floats(length),
        gradients: floats(length),
        means: floats(length),
        squares: floats(length),
      }),
      fill,
      (calculate, { weights, gradients, means, squares }) =>
        calculate.updateAdam(
          weights,
          gradients,
          means,
          squares,
          length,
          0.01,
          1.5,
        ),
      seed,
    )));
});
