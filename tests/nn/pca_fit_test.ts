import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DatasetBuilder, rowOf } from "../../lib/nn/dataset.ts";
import type { Normalization } from "../../lib/nn/normalization.ts";
import { fitNormalization } from "../../lib/nn/normalization_fit.ts";
import { decodeProjection, type Projection } from "../../lib/nn/pca.ts";
import { fitProjection } from "../../lib/nn/pca_fit.ts";
import { toDense, toSparse } from "../../lib/nn/sparse.ts";
import { DatasetSizeError, transformDataset } from "../../lib/nn/transform.ts";
import { decompress } from "../../lib/zstd.ts";
import { rspamdDump } from "../store/redis/fixture.ts";
import { assertClose } from "./close.ts";
import { jacobiEigenpairs } from "./jacobi.ts";
import { pcaOfRspamd } from "./pca_fixture.ts";
import { hasRspamadm, numbersIn, rowsText, runLua } from "./rspamadm.ts";
import { datasetOf, mailLike } from "./training/samples.ts";
import { transformed, vectorsOf } from "./vectors.ts";

const axisOf = ({ columns, data }: Projection, row: number) =>
  Float64Array.from(data.subarray(row * columns, (row + 1) * columns));

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, x, k) => sum + x * b[k], 0);

const unlabelled = (vectors: number[][], inputs: number) =>
  datasetOf({ inputs, vectors, isSpam: vectors.map(() => false) });

/** Sum over all vectors of (x − mean)·(x − mean)ᵀ, row-major. */
function scatterOf(vectors: ArrayLike<number>[], size: number): Float64Array {
  const mean = Array.from(
    { length: size },
    (_, i) => vectors.reduce((sum, x) => sum + x[i], 0) / vectors.length,
  );
  return Float64Array.from({ length: size * size }, (_, k) => {
    const [i, j] = [Math.floor(k / size), k % size];
    return vectors.reduce(
      (sum, x) => sum + (x[i] - mean[i]) * (x[j] - mean[j]),
      0,
    );
  });
}

Deno.test("the axes of known vectors are found, without their mean", () => {
  const [a, b] = [0.8, 0.6].map(Math.fround);
  // Along (0.8, 0.6) far, across it less, far away from the origin.
  const vectors = [[3, 0], [-3, 0], [0, 1], [0, -1]]
    .map(([u, v]) =>
      [10 + u * a - v * b, -20 + u * b + v * a].map(Math.fround)
    );
  const { rows, columns, data } = fitProjection(unlabelled(vectors, 2), 2);
  assertEquals([rows, columns], [2, 2]);
  [0.8, 0.6, -0.6, 0.8].forEach((x, k) => assertClose(data[k], x, 1e-5));
});

const tables = fc.integer({ min: 1, max: 7 }).chain((inputs) =>
  fc.array(vectorsOf(inputs).map((x) => x.map(Math.fround)), {
    minLength: 2,
    maxLength: 20,
  })
);
const modes = fc.constantFrom(undefined, "unit" as const, "zscore" as const);

Deno.test("axes are eigenvectors of the scatter matrix, by variance", () => {
  const check = fc.property(tables, modes, fc.nat(7), (vectors, mode, k) => {
    const inputs = vectors[0].length;
    const data = unlabelled(vectors, inputs);
    const normalization = mode && fitNormalization(data, mode);
    const fitted = fitProjection(data, k + 1, normalization);
    const normalised = vectors.map((x) => transformed(x, { normalization }));
    const scatter = scatterOf(normalised, inputs);
    const expected = jacobiEigenpairs(scatter, inputs);
    const scale = Math.max(expected[0].value, 1e-9);
    const varying = expected.filter(({ value }) => value > 1e-6 * scale);
    assert(fitted.rows <= Math.min(k + 1, inputs));
    assert(fitted.rows >= Math.min(k + 1, Math.max(1, varying.length)));
    for (let row = 0; row < fitted.rows; row++) {
      const axis = axisOf(fitted, row);
      for (let i = 0; i < inputs; i++) {
        const image = dot(scatter.subarray(i * inputs, (i + 1) * inputs), axis);
        const difference = image - expected[row].value * axis[i];
        assert(Math.abs(difference) < 1e-5 * scale, `${difference}`);
      }
      for (let other = 0; other <= row; other++) {
        const product = dot(axis, axisOf(fitted, other));
        assertClose(product, other === row ? 1 : 0, 1e-6);
      }
    }
  });
  fc.assert(check);
});

Deno.test("each axis points to where its greatest element is positive", () => {
  const data = datasetOf(mailLike(100, 20, 1));
  const fitted = fitProjection(data, 20);
  for (let row = 0; row < fitted.rows; row++) {
    const axis = axisOf(fitted, row);
    const most = axis.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    assert(axis.includes(most));
  }
  assertEquals(fitProjection(data, 20), fitted);
});

Deno.test("there are no axes along which nothing varies", () => {
  const line = [[1, 2, 5], [2, 4, 5], [3, 6, 5]];
  assertEquals(fitProjection(unlabelled(line, 3), 3).rows, 1);
  // One input at least is what any network has.
  assertEquals(fitProjection(unlabelled([[1, 2], [1, 2]], 2), 2).rows, 1);
  assertEquals(fitProjection(unlabelled([], 2), 2).rows, 1);
});

Deno.test("all axes keep distances, and fewer the most of the variance", () => {
  const data = datasetOf(mailLike(200, 12, 1));
  const normalization: Normalization = fitNormalization(data, "zscore");
  const varianceWith = (projection?: Projection) => {
    const seen = transformDataset(data, { normalization, projection });
    const rows = Array.from(
      { length: seen.size },
      (_, row) => toDense(rowOf(seen, row)),
    );
    const { inputs } = seen;
    const scatter = scatterOf(rows, inputs);
    return scatter.reduce((sum, x, k) => k % (inputs + 1) ? sum : sum + x, 0);
  };
  const axes = [12, 6, 3].map((k) => fitProjection(data, k, normalization));
  const [all, six, three] = axes.map(varianceWith);
  assertClose(all, varianceWith(), 1e-5);
  assert(three < six && six < all && six > all / 2);
});

Deno.test("the axes are those of a real rspamd", () => {
  const theirs = decodeProjection(pcaOfRspamd());
  assertEquals([theirs.rows, theirs.columns], [48, 567]);
  // 80 of each 340 vectors that it was trained on are at hand.
  const { values } = rspamdDump("rspamd-4.1.6");
  const builder = new DatasetBuilder();
  for (const name of ["spam", "ham"]) {
    const set = values.get(`rn_PCA_default_rpfc144c_0_${name}_set`);
    assert(set?.type === "set");
    for (const packed of set.members) {
      const text = new TextDecoder().decode(decompress(packed, 2 ** 20));
      const vector = toSparse(text.split(";").map(Number));
      builder.add(vector.indices, vector.values, name === "spam");
    }
  }
  const ours = fitProjection(builder.build(567), 48);
  const likeness = [0, 1, 2].map((row) =>
    Math.abs(dot(axisOf(ours, row), axisOf(theirs, row)))
  );
  assert(likeness[0] > 0.99 && likeness[1] > 0.94 && likeness[2] > 0.8);
});

Deno.test({
  name: "the scatter matrix is that of an installed rspamd",
  ignore: !hasRspamadm(),
  fn() {
    const sample = mailLike(300, 8, 3);
    const { matrix } = runLua(
      `local tensor = require "rspamd_tensor"
       local x = tensor.fromtable(rows("vectors"))
       local scatter = tensor.scatter_matrix(x)
       local text = {}
       for i = 1, 8 do
         for j = 1, 8 do text[#text + 1] = tostring(scatter[i][j]) end
       end
       write("matrix", table.concat(text, "\\n"))`,
      { vectors: rowsText(sample.vectors) },
    );
    const expected = jacobiEigenpairs(numbersIn(matrix), 8);
    const fitted = fitProjection(datasetOf(sample), 8);
    expected.forEach(({ vector }, row) => {
      const likeness = Math.abs(dot(vector, axisOf(fitted, row)));
      assertClose(likeness, 1, 1e-4);
    });
  },
});

Deno.test("vectors that are too long are refused", () => {
  assertThrows(
    () => fitProjection(unlabelled([], 5000), 10),
    DatasetSizeError,
    "at most 4096",
  );
});
