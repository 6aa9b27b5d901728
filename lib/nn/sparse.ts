/**
 * Vectors of which most elements are zero: in a message some 70 of 600 inputs
 * are not.
 *
 * @module
 */

/** The elements of a vector that are not zero. */
export interface SparseVector {
  /** Length of the whole vector. */
  length: number;
  /** Positions of the elements, each at most once. */
  indices: ArrayLike<number>;
  /** Their values. */
  values: ArrayLike<number>;
}

/** Keeps the elements of a dense vector that are not zero. */
export function toSparse(dense: ArrayLike<number>): SparseVector {
  const indices: number[] = [];
  for (let i = 0; i < dense.length; i++) {
    if (dense[i] !== 0) indices.push(i);
  }
  const values = indices.map((i) => dense[i]);
  return { length: dense.length, indices, values };
}

/** The whole vector. */
export function toDense(sparse: SparseVector): Float64Array {
  const dense = new Float64Array(sparse.length);
  for (let k = 0; k < sparse.indices.length; k++) {
    dense[sparse.indices[k]] = sparse.values[k];
  }
  return dense;
}
