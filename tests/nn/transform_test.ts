import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { type Dataset, rowOf } from "../../lib/nn/dataset.ts";
import type { InputTransform } from "../../lib/nn/predictor.ts";
import { toDense } from "../../lib/nn/sparse.ts";
import { DatasetSizeError, transformDataset } from "../../lib/nn/transform.ts";
import { assertClose } from "./close.ts";
import { datasetOf, mailLike } from "./training/samples.ts";
import {
  normalizations,
  projections,
  transformed,
  vectorsOf,
} from "./vectors.ts";

const cases = fc.record({
  inputs: fc.integer({ min: 1, max: 8 }),
  components: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
}).chain(({ inputs, components }) =>
  fc.record({
    vectors: fc.array(vectorsOf(inputs), { maxLength: 12 }),
    transform: fc.record<InputTransform>({
      normalization: normalizations(inputs),
      projection: components === undefined
        ? fc.constant(undefined)
        : projections(components, inputs),
    }),
    inputs: fc.constant(inputs),
  })
);

Deno.test("a dataset becomes what a predictor makes of each vector", () => {
  fc.assert(fc.property(cases, ({ inputs, vectors: doubles, transform }) => {
    const vectors = doubles.map((vector) => vector.map(Math.fround));
    const isSpam = vectors.map((_, i) => i % 3 === 0);
    const data = datasetOf({ inputs, vectors, isSpam });
    const before = structuredClone(data);
    const result = transformDataset(data, transform);
    assertEquals(data, before);
    assertEquals(result.size, vectors.length);
    assertEquals(result.inputs, transform.projection?.rows ?? inputs);
    assertEquals(result.isSpam, data.isSpam);
    for (const [row, vector] of vectors.entries()) {
      const actual = toDense(rowOf(result, row));
      const expected = transformed(vector, transform);
      // Datasets keep float32; what cancels in a sum has the errors of it.
      actual.forEach((x, i) => assertClose(x, expected[i], 2e-6));
    }
  }));
});

Deno.test("rows stay as sparse as they were where zeros stay zeros", () => {
  const data = datasetOf(mailLike(50, 30, 1));
  assertStrictEquals(transformDataset(data, {}), data);
  const unit = transformDataset(data, { normalization: { mode: "unit" } });
  assertEquals(unit.indices, data.indices);
  assertEquals(unit.starts, data.starts);
});

Deno.test("more numbers than can be held are refused before they are made", () => {
  const data: Dataset = {
    inputs: 2 ** 15,
    size: 2 ** 12 + 1,
    starts: new Uint32Array(2 ** 12 + 2),
    indices: new Uint32Array(0),
    values: new Float32Array(0),
    isSpam: new Uint8Array(2 ** 12 + 1),
  };
  const mean = new Float64Array(data.inputs);
  const std = mean.map(() => 1);
  const normalization = { mode: "zscore" as const, mean, std };
  const error = assertThrows(
    () => transformDataset(data, { normalization }),
    DatasetSizeError,
    "zscore makes 4097 vectors of 32768 numbers",
  );
  assert(error.message.includes("134250496"));
});
