import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { createKernels } from "../../../lib/nn/kernels/kernels.ts";
import { erf } from "../../../lib/nn/erf.ts";

const COUNT = 2 ** 20;

function draw(seed: number, deviation = 1): Float32Array {
  const { calculate, arrays } = createKernels(
    ({ floats }) => floats(COUNT),
    "wasm",
  );
  calculate.drawNormals(arrays, COUNT, deviation, seed);
  return arrays;
}

Deno.test("random numbers have the distribution of the bell curve", () => {
  for (const seed of [0, 1, 4_000_000_000]) {
    const sorted = draw(seed).toSorted();
    let distance = 0;
    sorted.forEach((x, i) => {
      const share = (1 + erf(x / Math.SQRT2)) / 2;
      distance = Math.max(distance, Math.abs(share - (i + 0.5) / COUNT));
    });
    // Kolmogorov and Smirnov: more in one of ten thousand cases.
    assert(distance < 2.23 / Math.sqrt(COUNT), `${distance}`);
    assert(sorted[0] < -4.2 && sorted[0] > -5.8, `${sorted[0]}`);
    assert(sorted[COUNT - 1] > 4.2 && sorted[COUNT - 1] < 5.8);
  }
});

Deno.test("random numbers know nothing of each other", () => {
  const values = draw(7);
  for (const distance of [1, 2, 3, 4, 5, 8, 16, 851, 864]) {
    let [sum, squares] = [0, 0];
    for (let i = distance; i < COUNT; i++) {
      sum += values[i] * values[i - distance];
      squares += values[i] ** 2 * values[i - distance] ** 2;
    }
    assert(Math.abs(sum) / COUNT < 4.5 / Math.sqrt(COUNT), `${distance}`);
    const [mean, deviation] = [squares / COUNT, Math.sqrt(8 / COUNT)];
    assert(Math.abs(mean - 1) < 4.5 * deviation, `${distance}: ${mean}`);
  }
});

Deno.test("a seed gives the same numbers, another gives others, and the deviation counts", () => {
  assertEquals(draw(3).subarray(0, 1000), draw(3).subarray(0, 1000));
  assertNotEquals(draw(3).subarray(0, 1000), draw(4).subarray(0, 1000));
  const square = draw(3, 0.25).reduce((sum, x) => sum + x * x, 0) / COUNT;
  assert(Math.abs(square - 0.0625) < 0.0005, `${square}`);
});
