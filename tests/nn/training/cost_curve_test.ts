import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { costCurve, MOST_COSTS } from "../../../lib/nn/training/cost_curve.ts";

Deno.test("a curve of costs is short, and its mean is theirs", () => {
  const costs = fc.array(fc.double({ min: 0.01, max: 5, noNaN: true }), {
    minLength: 1,
    maxLength: 450,
  });
  fc.assert(fc.property(costs, (costs) => {
    const curve = costCurve(costs);
    assert(curve.length <= MOST_COSTS);
    const together = Math.ceil(costs.length / MOST_COSTS);
    assertEquals(curve.length, Math.ceil(costs.length / together));
    const mean = (all: number[]) => all.reduce((a, b) => a + b) / all.length;
    if (costs.length % together === 0) {
      assertAlmostEquals(mean(curve), mean(costs), 1e-3 * mean(costs));
    }
  }));
  assertEquals(costCurve([]), []);
});
