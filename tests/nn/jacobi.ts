/** All eigenpairs of a small symmetric matrix, by Jacobi rotations. */

import type { Eigenpair } from "../../lib/nn/eigen.ts";

/**
 * @param matrix row-major, symmetric
 * @returns the greatest eigenvalue first
 */
export function jacobiEigenpairs(
  matrix: ArrayLike<number>,
  size: number,
): Eigenpair[] {
  const a = Float64Array.from(matrix);
  const vectors = Float64Array.from(
    { length: size * size },
    (_, k) => k % (size + 1) === 0 ? 1 : 0,
  );
  for (let sweep = 0; sweep < 40; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const beside = a[p * size + q];
        if (beside === 0) continue;
        const angle = Math.atan2(
          2 * beside,
          a[q * size + q] - a[p * size + p],
        ) / 2;
        rotateRows(a, size, p, q, angle);
        rotateColumns(a, size, p, q, angle);
        rotateRows(vectors, size, p, q, angle);
      }
    }
  }
  return Array.from({ length: size }, (_, i) => ({
    value: a[i * size + i],
    vector: vectors.slice(i * size, (i + 1) * size),
  })).sort((x, y) => y.value - x.value);
}

function rotateRows(
  a: Float64Array,
  size: number,
  p: number,
  q: number,
  angle: number,
): void {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  for (let k = 0; k < size; k++) {
    const [x, y] = [a[p * size + k], a[q * size + k]];
    a[p * size + k] = c * x - s * y;
    a[q * size + k] = s * x + c * y;
  }
}

function rotateColumns(
  a: Float64Array,
  size: number,
  p: number,
  q: number,
  angle: number,
): void {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  for (let k = 0; k < size; k++) {
    const [x, y] = [a[k * size + p], a[k * size + q]];
    a[k * size + p] = c * x - s * y;
    a[k * size + q] = s * x + c * y;
  }
}
