/**
 * Symmetric matrices made tridiagonal, and what is then known of them.
 *
 * @module
 */

/** A symmetric matrix with nothing beyond the neighbours of its diagonal. */
export interface Tridiagonal {
  diagonal: Float64Array;
  /** Element `i` stands between `i − 1` and `i`; the first is 0. */
  beside: Float64Array;
}

/** A matrix A as Q·T·Qᵀ with T tridiagonal and Q orthogonal. */
export interface Tridiagonalised extends Tridiagonal {
  /** Turns vectors of T, each of `diagonal.length` elements, into Q·v in place. */
  rotateBack(vectors: readonly Float64Array[]): void;
}

/**
 * Makes a symmetric matrix tridiagonal by Householder reflections (Golub and
 * Van Loan, 8.3.1), from the last row up, so that what is left to do is always
 * the beginning of each row.
 *
 * @param matrix row-major; only what is on and below the diagonal is read, and
 * it is overwritten, by what `rotateBack` needs
 * @param size rows, and columns
 */
export function tridiagonalise(
  matrix: Float64Array,
  size: number,
): Tridiagonalised {
  const diagonal = new Float64Array(size);
  const beside = new Float64Array(size);
  const factors = new Float64Array(size);
  /** What the reflection before this one takes off the rows that are left. */
  let mirrorBefore: Float64Array = new Float64Array(size);
  let productBefore = new Float64Array(size);
  let product = new Float64Array(size);
  for (let last = size - 1; last > 0; last--) {
    const row = matrix.subarray(last * size, last * size + last + 1);
    takeOff(row, mirrorBefore, productBefore);
    diagonal[last] = row[last];
    const mirror = row.subarray(0, last);
    const factor = reflect(mirror);
    factors[last] = factor;
    beside[last] = mirror[last - 1];
    mirror[last - 1] = 1;
    reduceAndMultiply(
      { matrix, size },
      { mirror: mirrorBefore, product: productBefore },
      { mirror, product },
    );
    let overlap = 0;
    for (let k = 0; k < last; k++) overlap += product[k] * mirror[k];
    const share = factor * overlap / 2;
    for (let k = 0; k < last; k++) {
      product[k] = factor * (product[k] - share * mirror[k]);
    }
    mirrorBefore = mirror;
    [product, productBefore] = [productBefore, product];
  }
  if (size > 0) takeOff(matrix.subarray(0, 1), mirrorBefore, productBefore);
  diagonal[0] = matrix[0];
  return {
    diagonal,
    beside,
    rotateBack(vectors) {
      for (let last = 1; last < size; last++) {
        if (factors[last] === 0) continue;
        const mirror = matrix.subarray(last * size, last * size + last);
        for (const vector of vectors) {
          let sum = 0;
          for (let k = 0; k < last; k++) sum += mirror[k] * vector[k];
          sum *= factors[last];
          for (let k = 0; k < last; k++) vector[k] -= sum * mirror[k];
        }
      }
    },
  };
}

/**
 * Finds the reflection `1 − factor·v·vᵀ` that leaves only the last element of
 * a vector. The vector becomes v, which ends with 1 (not written): in its
 * place stands what is left of the vector.
 *
 * @returns the factor; 0 where nothing is to be done
 */
function reflect(vector: Float64Array): number {
  const end = vector.length - 1;
  let rest = 0;
  for (let k = 0; k < end; k++) rest += vector[k] * vector[k];
  if (rest === 0) return 0;
  const last = vector[end];
  const norm = Math.sqrt(rest + last * last);
  // Away from the element, so that nothing cancels.
  const left = last > 0 ? -norm : norm;
  const scale = 1 / (last - left);
  for (let k = 0; k < end; k++) vector[k] *= scale;
  vector[end] = left;
  return (left - last) / left;
}

/** A reflection, and the product of what is left of the matrix with it. */
interface Reflection {
  mirror: Float64Array;
  product: Float64Array;
}

/** Applies a reflection to the beginning of one row, up to its diagonal. */
function takeOff(
  row: Float64Array,
  mirror: Float64Array,
  product: Float64Array,
): void {
  const end = row.length - 1;
  const [m, p] = [mirror[end], product[end]];
  for (let k = 0; k <= end; k++) {
    row[k] -= m * product[k] + p * mirror[k];
  }
}

/**
 * Applies a reflection to the rows that are left, and multiplies them by the
 * next mirror. The matrix is what does not fit into the cache, so it is gone
 * through once for both.
 */
function reduceAndMultiply(
  { matrix, size }: { matrix: Float64Array; size: number },
  { mirror: m0, product: p0 }: Reflection,
  { mirror, product }: Reflection,
): void {
  const rows = mirror.length;
  const isOdd = rows % 2;
  if (isOdd) {
    matrix[0] -= 2 * m0[0] * p0[0];
    product[0] = matrix[0] * mirror[0];
  }
  // Two rows at once, which share what is read beside them.
  for (let row = isOdd; row < rows; row += 2) {
    const [first, second] = [row * size, row * size + size];
    const [ma, pa, fa] = [m0[row], p0[row], mirror[row]];
    const [mb, pb, fb] = [m0[row + 1], p0[row + 1], mirror[row + 1]];
    let sa = 0;
    let sb = 0;
    for (let k = 0; k < row; k++) {
      const m = m0[k];
      const p = p0[k];
      const f = mirror[k];
      const a = matrix[first + k] - ma * p - pa * m;
      const b = matrix[second + k] - mb * p - pb * m;
      matrix[first + k] = a;
      matrix[second + k] = b;
      sa += a * f;
      sb += b * f;
      product[k] += fa * a + fb * b;
    }
    const a = matrix[first + row] -= 2 * ma * pa;
    const between = matrix[second + row] -= mb * pa + pb * ma;
    const b = matrix[second + row + 1] -= 2 * mb * pb;
    product[row] = sa + a * fa + between * fb;
    product[row + 1] = sb + between * fa + b * fb;
  }
}
