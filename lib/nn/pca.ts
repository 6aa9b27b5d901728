/**
 * Principal component analysis: fewer inputs for the network, each a weighted
 * sum of all elements of the vector.
 *
 * @module
 */

import { NetworkError } from "./graph.ts";

/** A projection P, applied as P·x. */
export interface Projection {
  /** Number of components, the inputs of the network. */
  rows: number;
  /** Length of the vector that it takes. */
  columns: number;
  /** rows × columns, row-major. */
  data: Float32Array;
}

/**
 * Reads a matrix as rspamd saves it (`lua_tensor_save`): int32 number of
 * dimensions, elements, rows and columns, then float32, little-endian.
 *
 * @throws {NetworkError} when the numbers do not describe the bytes
 */
export function decodeProjection(bytes: Uint8Array): Projection {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 16) {
    throw new NetworkError("the PCA matrix is cut off");
  }
  const [dimensions, elements, rows, columns] = [0, 4, 8, 12].map((at) =>
    view.getInt32(at, true)
  );
  if (
    dimensions !== 2 || rows < 1 || columns < 1 ||
    rows * columns !== elements || bytes.byteLength !== 16 + 4 * elements
  ) {
    throw new NetworkError(
      `the PCA matrix claims ${dimensions} dimensions, ${rows} × ${columns}, in ${bytes.byteLength} bytes`,
    );
  }
  const data = Float32Array.from(
    { length: elements },
    (_, i) => view.getFloat32(16 + 4 * i, true),
  );
  if (!data.every(Number.isFinite)) {
    throw new NetworkError("the PCA matrix holds elements that are no numbers");
  }
  return { rows, columns, data };
}

/** Writes a matrix as rspamd saves it; {@linkcode decodeProjection} reads it. */
export function encodeProjection(
  { rows, columns, data }: Projection,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16 + 4 * data.length);
  const view = new DataView(bytes.buffer);
  [2, data.length, rows, columns].forEach((number, i) =>
    view.setInt32(4 * i, number, true)
  );
  data.forEach((element, i) => view.setFloat32(16 + 4 * i, element, true));
  return bytes;
}

/** P·x. */
export function project(
  { rows, columns, data }: Projection,
  vector: Float64Array,
): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let k = 0; k < columns; k++) {
      sum += data[row * columns + k] * vector[k];
    }
    return sum;
  });
}
