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
  const product = new Float64Array(size);
  for (let last = size - 1; last > 0; last--) {
    const mirror = matrix.subarray(last * size, last * size + last);
    diagonal[last] = matrix[last * size + last];
    const factor = reflect(mirror);
    beside[last] = mirror[last - 1];
    if (factor === 0) continue;
    factors[last] = factor;
    mirror[last - 1] = 1;
    multiply(matrix, size, mirror, product);
    let overlap = 0;
    for (let k = 0; k < last; k++) overlap += product[k] * mirror[k];
    const share = factor * overlap / 2;
    for (let k = 0; k < last; k++) {
      product[k] = factor * (product[k] - share * mirror[k]);
    }
    for (let row = 0; row < last; row++) {
      const at = row * size;
      const [p, m] = [product[row], mirror[row]];
      for (let k = 0; k <= row; k++) {
        matrix[at + k] -= m * product[k] + p * mirror[k];
      }
    }
  }
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

/** The product of the first rows and columns of a matrix with a vector. */
function multiply(
  matrix: Float64Array,
  size: number,
  vector: Float64Array,
  product: Float64Array,
): void {
  for (let row = 0; row < vector.length; row++) {
    const at = row * size;
    const factor = vector[row];
    let sum = 0;
    for (let k = 0; k < row; k++) {
      const element = matrix[at + k];
      sum += element * vector[k];
      product[k] += factor * element;
    }
    product[row] = sum + matrix[at + row] * factor;
  }
}
