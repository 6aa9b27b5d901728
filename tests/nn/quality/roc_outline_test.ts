import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { cornersOf, rocCurve } from "../../../lib/nn/quality/roc.ts";
import {
  MOST_OUTLINE_POINTS,
  rocOutline,
} from "../../../lib/nn/quality/roc_outline.ts";
import { Random } from "../../../lib/nn/random.ts";

const messages = fc.record({
  seed: fc.nat(),
  spam: fc.integer({ min: 1, max: 3000 }),
  ham: fc.integer({ min: 1, max: 3000 }),
  skill: fc.double({ min: 0, max: 3, noNaN: true }),
});

Deno.test("an outline has few points, and they are corners of the curve", () => {
  fc.assert(
    fc.property(messages, ({ seed, spam, ham, skill }) => {
      const random = new Random(seed);
      const isSpam = Uint8Array.from(
        { length: spam + ham },
        (_, i) => i < spam ? 1 : 0,
      );
      const outputs = Float64Array.from(isSpam, (label) =>
        Math.tanh(
          2 * random.uniform() - 1 + skill * (label - 0.5),
        ));
      const curve = rocCurve(outputs, isSpam);
      const outline = rocOutline(curve, { spam, ham });
      const corners = cornersOf(curve).slice(1);
      const texts = new Set(
        corners.map((point) =>
          `${point.falsePositives} ${point.truePositives}`
        ),
      );
      assert(outline.length <= MOST_OUTLINE_POINTS);
      assert(outline.length >= Math.min(corners.length, 20));
      for (const [, fp, tp] of outline) assert(texts.has(`${fp} ${tp}`));
      assertEquals(outline.at(-1)!.slice(1), [ham, spam]);
      const above = corners.findLast(({ threshold }) => threshold > 0);
      assert(
        !above ||
          outline.some(([, fp, tp]) =>
            fp === above.falsePositives && tp === above.truePositives
          ),
      );
    }),
    { numRuns: 30 },
  );
});

Deno.test("without a class there is no outline", () => {
  const outputs = Float64Array.of(0.5, -0.5);
  const curve = rocCurve(outputs, Uint8Array.of(1, 1));
  assertEquals(rocOutline(curve, { spam: 2, ham: 0 }), []);
});
