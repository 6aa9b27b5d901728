/**
 * The greatest eigenvalues of symmetric matrices, with their eigenvectors.
 *
 * A matrix is made tridiagonal once; all eigenvalues of that are cheap, and so
 * is an eigenvector to each one that is wanted. For a few components of many
 * columns that is several times less work than rotating all of them.
 *
 * @module
 */

import { Random } from "./random.ts";
import { type Tridiagonal, tridiagonalise } from "./tridiagonal.ts";

/** An eigenvalue, and the direction that the matrix stretches by it. */
export interface Eigenpair {
  value: number;
  /** Of length 1. */
  vector: Float64Array;
}

/** How often a method may try before it is at fault itself. */
const MOST_STEPS = 60;
/** One solve gives an eigenvector nearly, from any start but the worst. */
const SOLVES = 3;
/** Eigenvalues closer than this share of the greatest give vectors that mix. */
const CLOSE = 1e-3;

/**
 * The eigenpairs of a symmetric matrix with the greatest eigenvalues, the
 * greatest first. Their vectors are at right angles, also where eigenvalues
 * are equal; their signs mean nothing.
 *
 * @param matrix row-major, of finite numbers; what is on and below the
 * diagonal is read, and it is overwritten
 * @param size rows, and columns; at least 1
 * @param count how many; at most `size` are given
 */
export function greatestEigenpairs(
  matrix: Float64Array,
  size: number,
  count: number,
): Eigenpair[] {
  const tridiagonal = tridiagonalise(matrix, size);
  const values = eigenvaluesOf(tridiagonal).subarray(0, count);
  const vectors = eigenvectorsOf(tridiagonal, values);
  tridiagonal.rotateBack(vectors);
  return vectors.map((vector, i) => ({ value: values[i], vector }));
}

/** All eigenvalues, the greatest first: QL steps with implicit shifts (Golub and Van Loan, 8.3.3). */
function eigenvaluesOf({ diagonal, beside }: Tridiagonal): Float64Array {
  const d = diagonal.slice();
  const e = new Float64Array(d.length);
  e.set(beside.subarray(1));
  const nothing = Number.EPSILON * normOf({ diagonal, beside });
  for (let first = 0; first < d.length; first++) {
    for (let steps = 0;; steps++) {
      const last = endOfBlock(e, first, nothing);
      if (last === first) break;
      if (steps === MOST_STEPS) throw new Error("no eigenvalue was found");
      stepQl(d, e, first, last);
    }
  }
  return d.sort().reverse();
}

/** Where the elements beside the diagonal next are as good as 0. */
function endOfBlock(e: Float64Array, first: number, nothing: number): number {
  let last = first;
  while (last + 1 < e.length && Math.abs(e[last]) > nothing) last++;
  return last;
}

/** About the greatest size of an eigenvalue. */
function normOf({ diagonal, beside }: Tridiagonal): number {
  return diagonal.reduce(
    (most, x, i) => Math.max(most, Math.abs(x) + Math.abs(beside[i])),
    0,
  );
}

function stepQl(
  d: Float64Array,
  e: Float64Array,
  first: number,
  last: number,
): void {
  const half = (d[first + 1] - d[first]) / (2 * e[first]);
  const root = Math.sqrt(half * half + 1);
  const shift = d[first] - e[first] / (half + (half < 0 ? -root : root));
  let g = d[last] - shift;
  let [sine, cosine, carried] = [1, 1, 0];
  for (let i = last - 1; i >= first; i--) {
    const f = sine * e[i];
    const b = cosine * e[i];
    const length = Math.sqrt(f * f + g * g);
    e[i + 1] = length;
    if (length === 0) {
      // The block falls in two here.
      d[i + 1] -= carried;
      e[last] = 0;
      return;
    }
    sine = f / length;
    cosine = g / length;
    g = d[i + 1] - carried;
    const turned = (d[i] - g) * sine + 2 * cosine * b;
    carried = sine * turned;
    d[i + 1] = g + carried;
    g = cosine * turned - b;
  }
  d[first] -= carried;
  e[first] = g;
  e[last] = 0;
}

/**
 * Eigenvectors to eigenvalues that are known, by inverse iteration: solving
 * (T − λ)·x = v makes what v has of the eigenvector outgrow all else. Each is
 * kept at right angles to those before it, or equal eigenvalues would all
 * give the same one.
 */
function eigenvectorsOf(
  tridiagonal: Tridiagonal,
  values: Float64Array,
): Float64Array[] {
  const norm = normOf(tridiagonal);
  const least = Number.EPSILON * norm || 1;
  const random = new Random(1);
  const vectors: Float64Array[] = [];
  let shift = Infinity;
  /** First of the vectors that may mix with the next one. */
  let near = 0;
  for (const value of values) {
    while (values[near] - value > CLOSE * norm) near++;
    // Two systems that are the same would give vectors of the same errors.
    shift = Math.min(value, shift - least);
    const system = new ShiftedSystem(tridiagonal, shift, least);
    const vector = tridiagonal.diagonal.map(() => random.normal());
    for (let solves = 0; solves < SOLVES; solves++) {
      system.solve(vector);
      setLength(vector);
      makeOrthogonal(vector, vectors.slice(near));
    }
    makeOrthogonal(vector, vectors);
    vectors.push(vector);
  }
  return vectors;
}

/** T − λ, divided into triangular factors with partial pivoting. */
class ShiftedSystem {
  /** Upper factor: its diagonal, and what stands one and two beside it. */
  #diagonal: Float64Array;
  #beside: Float64Array;
  #second: Float64Array;
  /** Lower factor, and where rows changed places with the next ones. */
  #multipliers: Float64Array;
  #swapped: Uint8Array;

  /** @param least what stands for pivots of 0 */
  constructor(
    { diagonal, beside }: Tridiagonal,
    shift: number,
    least: number,
  ) {
    const size = diagonal.length;
    const [u, v, w] = [0, 0, 0].map(() => new Float64Array(size));
    const multipliers = new Float64Array(size);
    const swapped = new Uint8Array(size);
    let pivot = diagonal[0] - shift;
    let next = size > 1 ? beside[1] : 0;
    for (let i = 0; i + 1 < size; i++) {
      const below = beside[i + 1];
      const diagonalBelow = diagonal[i + 1] - shift;
      const nextBelow = i + 2 < size ? beside[i + 2] : 0;
      if (Math.abs(below) > Math.abs(pivot)) {
        swapped[i] = 1;
        multipliers[i] = pivot / below;
        [u[i], v[i], w[i]] = [below, diagonalBelow, nextBelow];
        pivot = next - multipliers[i] * diagonalBelow;
        next = -multipliers[i] * nextBelow;
      } else {
        if (pivot === 0) pivot = least;
        multipliers[i] = below / pivot;
        [u[i], v[i]] = [pivot, next];
        pivot = diagonalBelow - multipliers[i] * next;
        next = nextBelow;
      }
    }
    u[size - 1] = pivot;
    for (let i = 0; i < size; i++) {
      if (Math.abs(u[i]) < least) u[i] = least;
    }
    this.#diagonal = u;
    this.#beside = v;
    this.#second = w;
    this.#multipliers = multipliers;
    this.#swapped = swapped;
  }

  /** Solves for a right-hand side, which becomes the solution. */
  solve(vector: Float64Array): void {
    const size = vector.length;
    for (let i = 0; i + 1 < size; i++) {
      if (this.#swapped[i] === 1) {
        [vector[i], vector[i + 1]] = [vector[i + 1], vector[i]];
      }
      vector[i + 1] -= this.#multipliers[i] * vector[i];
    }
    for (let i = size - 1; i >= 0; i--) {
      let value = vector[i];
      if (i + 1 < size) value -= this.#beside[i] * vector[i + 1];
      if (i + 2 < size) value -= this.#second[i] * vector[i + 2];
      vector[i] = value / this.#diagonal[i];
    }
  }
}

/** Once does not do where almost nothing is left of a vector. */
function makeOrthogonal(
  vector: Float64Array,
  others: readonly Float64Array[],
): void {
  for (let pass = 0; pass < 2; pass++) {
    for (const other of others) removePart(vector, other);
    setLength(vector);
  }
}

/** Takes off what a vector has of another one of length 1. */
function removePart(vector: Float64Array, other: Float64Array): void {
  let part = 0;
  for (let k = 0; k < vector.length; k++) part += vector[k] * other[k];
  for (let k = 0; k < vector.length; k++) vector[k] -= part * other[k];
}

/** Makes a vector as long as 1; by its greatest element first, lest it overflow. */
function setLength(vector: Float64Array): void {
  const most = vector.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  let squares = 0;
  for (let k = 0; k < vector.length; k++) {
    vector[k] /= most;
    squares += vector[k] * vector[k];
  }
  const norm = Math.sqrt(squares);
  for (let k = 0; k < vector.length; k++) vector[k] /= norm;
}
