import { assert, assertEquals } from "@std/assert";
import { layersOf } from "../../../lib/nn/architectures.ts";
import { Random } from "../../../lib/nn/random.ts";
import { initialise } from "../../../lib/nn/training/initialise.ts";
import { KANN_PROCEDURE } from "../../../lib/nn/training/options.ts";
import { datasetOf, mailLike } from "./samples.ts";

const INPUTS = 400;
const DATA = datasetOf(mailLike(10, INPUTS, 1));

/** The layers of a network that nothing has been done to. */
function layers(architecture: "symbol" | "linear", seed: number) {
  const network = initialise(DATA, {
    architecture,
    hiddenLayerMultiplier: 1.5,
    procedure: KANN_PROCEDURE,
    seed,
  }, new Random(seed));
  return layersOf(network.graph(), architecture)!;
}

/** Fails where numbers are not normal with a variance, as far as that shows. */
function assertVariance(weights: Float32Array, variance: number): void {
  const mean = weights.reduce((sum, x) => sum + x, 0) / weights.length;
  const square = weights.reduce((sum, x) => sum + x * x, 0) / weights.length;
  const error = 4.5 / Math.sqrt(weights.length);
  assert(Math.abs(mean) < error * Math.sqrt(variance), `mean ${mean}`);
  assert(
    Math.abs(square / variance - 1) < Math.SQRT2 * error,
    `variance ${square}, not ${variance}`,
  );
}

for (const seed of [1, 2, 3]) {
  Deno.test(`symbol begins as KANN does: variance 1 / inputs of the layer, seed ${seed}`, () => {
    const [hidden, output] = layers("symbol", seed);
    assertEquals(hidden.weights.length, 601 * INPUTS);
    assertVariance(hidden.weights, 1 / INPUTS);
    assertVariance(output.weights, 1 / 601);
    assert(hidden.biases.every((bias) => bias === 0));
    assert(output.biases.every((bias) => bias === 0));
    // The layers are not drawn from the same numbers.
    let product = 0;
    output.weights.forEach((weight, unit) =>
      product += weight * hidden.weights[unit * INPUTS]
    );
    assert(Math.abs(product) < 4.5 / Math.sqrt(INPUTS), `${product}`);
  });

  Deno.test(`linear begins as KANN does: variance 1 / inputs, seed ${seed}`, () => {
    const [{ weights, biases }] = layers("linear", seed);
    assertVariance(weights, 1 / INPUTS);
    assertEquals([...biases], [0]);
  });
}
