import fc from "fast-check";
import { Random } from "../../../lib/nn/random.ts";
import { compareKinds, seed, width } from "./both.ts";

/** Weights, gradients and their running means, of which some are 0. */
function fill(arrays: Record<string, Float32Array>, seed: number): void {
  const random = new Random(seed);
  for (const [name, array] of Object.entries(arrays)) {
    for (let i = 0; i < array.length; i++) {
      const value = random.uniform() < 0.2 ? 0 : random.normal();
      array[i] = name === "squares" ? value * value : value;
    }
  }
}

Deno.test("Adam moves weights as by plain loops", () => {
  fc.assert(fc.property(width, seed, (length, seed) =>
    compareKinds(
      ({ floats }) => ({
        weights: floats(length),
        gradients: floats(length),
        means: floats(length),
        squares: floats(length),
      }),
      (arrays) => fill(arrays, seed),
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
    )));
});
