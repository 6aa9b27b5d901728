import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { NetworkError } from "../../lib/nn/graph.ts";
import {
  decodeProjection,
  encodeProjection,
  project,
} from "../../lib/nn/pca.ts";
import { bytesAllocated } from "./allocation.ts";
import { assertClose } from "./close.ts";
import { pcaOfRspamd } from "./pca_fixture.ts";
import { mutationsOf, TEN_THOUSAND } from "./mutations.ts";
import { projections, transformed, vectorsOf } from "./vectors.ts";

const size = fc.integer({ min: 1, max: 7 });
const matrices = fc.tuple(size, size)
  .chain(([rows, columns]) => projections(rows, columns));

Deno.test("a matrix is read as rspamd saves it, wherever the bytes lie", () => {
  fc.assert(fc.property(matrices, (matrix) => {
    const bytes = encodeProjection(matrix);
    const padded = new Uint8Array(bytes.length + 5);
    padded.set(bytes, 5);
    assertEquals(decodeProjection(padded.subarray(5)), matrix);
  }));
});

Deno.test("a matrix that rspamd saved is written as it was", () => {
  const saved = pcaOfRspamd();
  assertEquals(encodeProjection(decodeProjection(saved)), saved);
});

Deno.test("a projection is the product of the matrix and the vector", () => {
  const cases = matrices.chain((projection) =>
    fc.tuple(fc.constant(projection), vectorsOf(projection.columns))
  );
  fc.assert(fc.property(cases, ([projection, vector]) => {
    const projected = project(projection, Float64Array.from(vector));
    const expected = transformed(vector, { projection });
    assertEquals(projected.length, projection.rows);
    projected.forEach((x, i) => assertClose(x, expected[i], 1e-12));
  }));
});

Deno.test("a damaged matrix is a NetworkError, or a matrix of its size", () => {
  const originals = fc.sample(matrices, 20).map(encodeProjection);
  let read = 0;
  const property = fc.property(mutationsOf(originals), (bytes) => {
    const used = bytesAllocated(() => {
      try {
        const { rows, columns, data } = decodeProjection(bytes);
        read++;
        assertEquals(data.length, rows * columns);
        assertEquals(bytes.length, 16 + 4 * data.length);
        assert(data.every(Number.isFinite));
      } catch (error) {
        assert(error instanceof NetworkError, `${error}`);
      }
    });
    assert(used < 2 ** 16, `${used} bytes`);
  });
  fc.assert(property, TEN_THOUSAND);
  assert(read > 500, `${read}`);
});

Deno.test("numbers that do not describe the bytes are refused", () => {
  const bytes = (...header: number[]) => {
    const made = new Uint8Array(16 + 4 * 6);
    header.forEach((x, i) =>
      new DataView(made.buffer).setInt32(4 * i, x, true)
    );
    return made;
  };
  assertEquals(decodeProjection(bytes(2, 6, 2, 3)).rows, 2);
  for (
    const header of [
      [1, 6, 2, 3],
      [3, 6, 2, 3],
      [2, 5, 2, 3],
      [2, 6, 3, 3],
      [2, 6, -2, -3],
      [2, 0, 0, 0],
      [2, 6, 6, 0],
      [2, 2 ** 31 - 1, 1, 2 ** 31 - 1],
      [2, 0, 65_536, 65_536],
    ]
  ) {
    assertThrows(() => decodeProjection(bytes(...header)), NetworkError);
  }
  assertThrows(() => decodeProjection(new Uint8Array(15)), NetworkError);
  const wrong = bytes(2, 6, 2, 3);
  new DataView(wrong.buffer).setFloat32(20, NaN, true);
  assertThrows(() => decodeProjection(wrong), NetworkError, "no numbers");
});
