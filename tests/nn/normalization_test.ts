import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { NetworkError } from "../../lib/nn/graph.ts";
import {
  normalizationJson,
  normalize,
  parseNormalization,
} from "../../lib/nn/normalization.ts";
import { assertClose } from "./close.ts";
import { normalizations, vectorsOf } from "./vectors.ts";

Deno.test("norm_stats as rspamd writes them are read", () => {
  assertEquals(parseNormalization({ mode: "unit" }), { mode: "unit" });
  const zscore = { mode: "zscore", mean: [1, 2], std: [0.5, 0] };
  assertEquals(parseNormalization({ ...zscore, n: 3 }), {
    mode: "zscore",
    mean: Float64Array.of(1, 2),
    std: Float64Array.of(0.5, 1),
  });
});

Deno.test("a normalization comes out of its JSON as it went in", () => {
  fc.assert(fc.property(normalizations(4), (normalization) => {
    fc.pre(normalization !== undefined);
    if (normalization.mode === "zscore") {
      // JSON knows no −0.
      normalization.mean = normalization.mean.map((x) => x === 0 ? 0 : x);
    }
    const json = JSON.stringify(normalizationJson(normalization));
    assertEquals(parseNormalization(JSON.parse(json)), normalization);
  }));
});

const objectThatIsNoText = { toString: 1 };

Deno.test("anything else is refused, and never with another error", () => {
  for (
    const [json, message] of [
      [undefined, "mode"],
      [null, "mode"],
      [1, "mode"],
      ["unit", "mode"],
      [[], "mode"],
      [{}, "mode"],
      [{ mode: "l2" }, "mode"],
      [{ mode: objectThatIsNoText }, "mode"],
      [{ mode: "zscore" }, "mean"],
      [{ mode: "zscore", mean: [1] }, "std"],
      [{ mode: "zscore", mean: ["1"], std: [1] }, "mean"],
      [{ mode: "zscore", mean: [1], std: [Infinity] }, "std"],
      [{ mode: "zscore", mean: [1], std: [NaN] }, "std"],
      [{ mode: "zscore", mean: [1], std: [null] }, "std"],
      [{ mode: "zscore", mean: { 0: 1, length: 1 }, std: [1] }, "mean"],
      [{ mode: "zscore", mean: [1, 2], std: [1] }, "2 means and 1"],
    ] as const
  ) {
    assertThrows(() => parseNormalization(json), NetworkError, message);
  }
  fc.assert(fc.property(fc.jsonValue(), (json) => {
    assertThrows(() => parseNormalization(json), NetworkError);
  }));
});

Deno.test("unit vectors have length 1, and keep their direction", () => {
  fc.assert(fc.property(vectorsOf(5), (vector) => {
    const unit = Float64Array.from(vector);
    normalize(unit, { mode: "unit" });
    const length = Math.hypot(...vector);
    fc.pre(length === 0 || length > 1e-100);
    assertClose(Math.hypot(...unit), length === 0 ? 0 : 1, 1e-12);
    unit.forEach((x, i) => assertClose(x * length, vector[i], 1e-12));
  }));
});

Deno.test("z-scores are distances from the mean in standard deviations", () => {
  const vector = Float64Array.of(3, 0, -1);
  normalize(vector, {
    mode: "zscore",
    mean: Float64Array.of(1, 1, 1),
    std: Float64Array.of(2, 4, 0.5),
  });
  assertEquals(vector, Float64Array.of(1, -0.25, -4));
});
