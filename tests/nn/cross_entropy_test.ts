import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { crossEntropy } from "../../lib/nn/cross_entropy.ts";

const truth = fc.constantFrom<1 | -1>(1, -1);
const sum = fc.double({ min: -15, max: 15, noNaN: true });

Deno.test("the cost is that of KANN's ce_bin_neg after tanh", () => {
  fc.assert(fc.property(sum, truth, (sum, truth) => {
    const output = Math.tanh(sum);
    fc.pre(Math.abs(output) < 1 - 1e-9);
    const expected = -(1 + truth) / 2 * Math.log((1 + output) / 2) -
      (1 - truth) / 2 * Math.log((1 - output) / 2);
    assertAlmostEquals(crossEntropy(sum, truth), expected, 1e-6);
  }));
});

Deno.test("its slope is tanh(sum) − truth", () => {
  fc.assert(fc.property(sum, truth, (sum, truth) => {
    const h = 1e-5;
    const slope =
      (crossEntropy(sum + h, truth) - crossEntropy(sum - h, truth)) /
      (2 * h);
    assertAlmostEquals(slope, Math.tanh(sum) - truth, 1e-8);
  }));
});

Deno.test("it is finite and not negative, however sure the network is", () => {
  assertEquals(crossEntropy(0, 1), Math.log(2));
  assertEquals(crossEntropy(1000, 1), 0);
  assertEquals(crossEntropy(1000, -1), 2000);
  assertEquals(crossEntropy(-1e300, 1), 2e300);
  assert(crossEntropy(20, 1) > 0 && crossEntropy(20, 1) < 1e-17);
  fc.assert(fc.property(sum, (sum) => {
    assertEquals(crossEntropy(sum, 1), crossEntropy(-sum, -1));
    assert(crossEntropy(sum, 1) >= 0);
  }));
});
