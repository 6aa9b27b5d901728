import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { fitNormalization } from "../../lib/nn/normalization_fit.ts";
import { assertClose } from "./close.ts";
import { datasetOf, mailLike } from "./training/samples.ts";
import { vectorsOf } from "./vectors.ts";

function zscoreOf(vectors: number[][], inputs = vectors[0].length) {
  const isSpam = vectors.map(() => false);
  const fitted = fitNormalization(
    datasetOf({ inputs, vectors, isSpam }),
    "zscore",
  );
  assert(fitted.mode === "zscore");
  return fitted;
}

Deno.test("nothing is fitted to make vectors of length 1", () => {
  const data = datasetOf(mailLike(10, 5, 1));
  assertEquals(fitNormalization(data, "unit"), { mode: "unit" });
});

Deno.test("mean and deviation are those of whole vectors", () => {
  assertEquals(zscoreOf([[0, 2, 5], [0, 0, 5], [3, 4, 5]]), {
    mode: "zscore",
    mean: Float64Array.of(1, 2, 5),
    std: Float64Array.of(Math.sqrt(3), 2, 1),
  });
  const tables = fc.integer({ min: 1, max: 6 }).chain((inputs) =>
    fc.array(vectorsOf(inputs), { minLength: 2, maxLength: 30 })
  );
  fc.assert(fc.property(tables, (table) => {
    const vectors = table.map((vector) => vector.map(Math.fround));
    const { mean, std } = zscoreOf(vectors);
    for (const [i, average] of mean.entries()) {
      const column = vectors.map((vector) => vector[i]);
      const expected = column.reduce((a, b) => a + b) / column.length;
      assertClose(average, expected, 1e-12);
      const squares = column.map((x) => (x - expected) ** 2);
      const variance = squares.reduce((a, b) => a + b) / (column.length - 1);
      const isConstant = column.every((x) => x === column[0]);
      assertClose(std[i], isConstant ? 1 : Math.sqrt(variance), 1e-12);
    }
  }));
});

Deno.test("a column that never varies has exactly its mean, and deviation 1", () => {
  const values = fc.float({ noNaN: true, noDefaultInfinity: true, max: 1e9 });
  fc.assert(fc.property(values, fc.integer({ min: 1, max: 3000 }), (x, n) => {
    const { mean, std } = zscoreOf(Array.from({ length: n }, () => [x]));
    assertEquals(mean[0], x === 0 ? 0 : x);
    assertEquals(std[0], 1);
  }));
});

Deno.test("one vector, and none, have a mean and deviations of 1", () => {
  assertEquals(zscoreOf([[3, 0]]).mean, Float64Array.of(3, 0));
  assertEquals(zscoreOf([[3, 0]]).std, Float64Array.of(1, 1));
  assertEquals(zscoreOf([], 2).mean, Float64Array.of(0, 0));
  assertEquals(zscoreOf([], 2).std, Float64Array.of(1, 1));
});
