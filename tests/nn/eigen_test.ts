import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Eigenpair, greatestEigenpairs } from "../../lib/nn/eigen.ts";
import { Random } from "../../lib/nn/random.ts";
import { assertClose } from "./close.ts";
import { jacobiEigenpairs } from "./jacobi.ts";

const dot = (a: Float64Array, b: Float64Array) =>
  a.reduce((sum, x, k) => sum + x * b[k], 0);

/** Asserts that they are eigenpairs, in order and at right angles. */
function assertEigenpairs(
  pairs: Eigenpair[],
  matrix: Float64Array,
  size: number,
): void {
  const scale = matrix.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const tolerance = 1e-14 * size * (scale || 1);
  for (const [i, { value, vector }] of pairs.entries()) {
    for (let row = 0; row < size; row++) {
      const image = dot(matrix.subarray(row * size, (row + 1) * size), vector);
      assert(
        Math.abs(image - value * vector[row]) <= tolerance,
        `${image} is not ${value} · ${vector[row]}`,
      );
    }
    for (let k = 0; k <= i; k++) {
      const product = dot(vector, pairs[k].vector);
      assertClose(product, i === k ? 1 : 0, 1e-12, `${i} · ${k}`);
    }
    if (i > 0) assert(value <= pairs[i - 1].value);
  }
}

/** Symmetric matrices; many with equal eigenvalues, or of low rank. */
const symmetric = fc.integer({ min: 1, max: 12 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    elements: fc.array(
      fc.oneof(
        fc.constantFrom(0, 1, -1),
        // Scatter matrices of mail have no elements of 1e-60 beside 1.
        fc.double({ min: -1e3, max: 1e3, noNaN: true })
          .map((x) => Math.abs(x) < 1e-9 ? 0 : x),
      ),
      { minLength: size * size, maxLength: size * size },
    ),
  })
).map(({ size, elements }) => ({
  size,
  matrix: Float64Array.from(elements, (_, k) => {
    const [row, column] = [Math.floor(k / size), k % size];
    return elements[Math.max(row, column) * size + Math.min(row, column)];
  }),
}));

Deno.test("eigenpairs are those that Jacobi's method finds", () => {
  fc.assert(fc.property(symmetric, fc.nat(12), ({ size, matrix }, count) => {
    const pairs = greatestEigenpairs(matrix.slice(), size, count);
    assertEquals(pairs.length, Math.min(count, size));
    assertEigenpairs(pairs, matrix, size);
    const expected = jacobiEigenpairs(matrix, size);
    pairs.forEach(({ value }, i) =>
      assert(Math.abs(value - expected[i].value) <= 1e-9)
    );
  }));
});

Deno.test("eigenvalues that are known are found", () => {
  // Second differences: 2 − 2·cos(kπ / (n + 1)).
  const size = 30;
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    matrix[i * size + i] = 2;
    if (i > 0) matrix[i * size + i - 1] = matrix[(i - 1) * size + i] = -1;
  }
  const pairs = greatestEigenpairs(matrix.slice(), size, size);
  assertEigenpairs(pairs, matrix, size);
  pairs.forEach(({ value }, i) => {
    const angle = (size - i) * Math.PI / (size + 1);
    assertClose(value, 2 - 2 * Math.cos(angle), 1e-12);
  });
});

Deno.test("equal eigenvalues have vectors at right angles", () => {
  const size = 50;
  const diagonal = (value: (i: number) => number) =>
    Float64Array.from(
      { length: size * size },
      (_, k) => k % (size + 1) === 0 ? value(k / (size + 1)) : 0,
    );
  // Wilkinson's, whose eigenvalues come in pairs that differ in no digit.
  const wilkinson = diagonal((i) => Math.abs(i - 24));
  for (let i = 1; i < size; i++) {
    wilkinson[i * size + i - 1] = wilkinson[(i - 1) * size + i] = 1;
  }
  for (
    const matrix of [
      diagonal(() => 0),
      diagonal(() => 7),
      diagonal((i) => i % 2),
      diagonal((i) => 1e-30 * (i % 3)),
      new Float64Array(size * size).fill(1),
      wilkinson,
    ]
  ) {
    assertEigenpairs(
      greatestEigenpairs(matrix.slice(), size, size),
      matrix,
      size,
    );
  }
});

Deno.test("vectors to the same eigenvalue do not depend on luck", () => {
  // deno-fmt-ignore
  const matrix = Float64Array.of(
    0, 0, -1, 0, 1, 1,
    0, 0, 0, 0, 0, 0,
    -1, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0,
    1, 0, 0, 0, 0, -1,
    1, 0, 0, 0, -1, 0,
  );
  assertEigenpairs(greatestEigenpairs(matrix.slice(), 6, 6), matrix, 6);
});

Deno.test("only what is on and below the diagonal is read", () => {
  const size = 5;
  const random = new Random(1);
  const lower = new Float64Array(size * size).map(() => random.normal());
  const pairs = greatestEigenpairs(lower.slice(), size, size);
  const matrix = lower.map((_, k) => {
    const [row, column] = [Math.floor(k / size), k % size];
    return lower[Math.max(row, column) * size + Math.min(row, column)];
  });
  assertEigenpairs(pairs, matrix, size);
});
