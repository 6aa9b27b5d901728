/**
 * The arithmetic of training, as fast as one processor core does it.
 *
 * Every kernel exists twice: in WebAssembly with 128-bit SIMD, and as a twin
 * in plain TypeScript, which says what a kernel computes, is what tests compare
 * with, and runs where there is no SIMD. The two agree but for the rounding of
 * float32; WebAssembly gives the same bits on every machine.
 *
 * To add a kernel:
 *
 * 1. Write its twin, with JSDoc, in a file of `twin/`; that is its signature.
 *    Parameters are arrays and numbers; the result is a number, or nothing.
 *    `twin.ts` lists the files.
 * 2. Write it in AssemblyScript in the file of the same name in `assembly/`:
 *    same name, same order of parameters; an array arrives as `usize`, the
 *    address of its first element, which is a multiple of 64 (so is that of a
 *    view that begins at a multiple of 16 elements). `assembly/index.ts` lists
 *    the files.
 * 3. Run `deno task kernels`, and commit the module that it writes.
 * 4. Compare the two in `tests/nn/kernels/`.
 *
 * A call costs about a microsecond, so a kernel does the work of a mini-batch,
 * not of a number. V8 also compiles a kernel well only once it has been called
 * some times: one call that works for a second would stay slow to its end.
 *
 * @module
 */

import { TWIN } from "./twin.ts";
import { isWasmSupported, wasmCalculations } from "./wasm.ts";

/** What kernels compute: each twin says it. */
export type Calculations = typeof TWIN;

/**
 * Makes arrays that kernels can work on, all zero. Behind the end of each there
 * is room up to a multiple of 16 elements, which kernels may overwrite.
 */
export interface Arrays {
  /** An array of float32. */
  floats(length: number): Float32Array<ArrayBuffer>;
  /** An array of whole numbers that are not negative. */
  ints(length: number): Uint32Array<ArrayBuffer>;
}

/** The two implementations. */
export type KernelKind = "wasm" | "twin";

/** Which one is used where none is asked for. */
function fastestKind(): KernelKind {
  return isWasmSupported() ? "wasm" : "twin";
}

/** Kernels, and the only arrays that they work on. */
export interface Kernels<T> {
  calculate: Calculations;
  arrays: T;
}

/** Arrays begin at whole cache lines. */
const ALIGNMENT_BYTES = 64;

/**
 * Makes kernels with memory of their own, exactly as much as they need: it
 * never grows, so the arrays stay what they are.
 *
 * @param layout makes all arrays; it is called twice, first to measure, with
 * arrays of length 0
 * @throws {RangeError} when there is not so much memory
 *
 * @example
 * ```ts ignore
 * const { calculate, arrays } = createKernels(({ floats }) => ({
 *   weights: floats(inputs),
 * }));
 * calculate.scale(arrays.weights, inputs, 0.5);
 * ```
 */
export function createKernels<T>(
  layout: (arrays: Arrays) => T,
  kind: KernelKind = fastestKind(),
): Kernels<T> {
  const bytes = bytesOf(layout);
  if (kind === "twin") {
    return {
      calculate: TWIN,
      arrays: layout(arraysIn(new ArrayBuffer(bytes))),
    };
  }
  const { buffer, calculations } = wasmCalculations(bytes);
  return {
    calculate: calculations as unknown as Calculations,
    arrays: layout(arraysIn(buffer)),
  };
}

/** Size of all arrays of a layout. */
function bytesOf(layout: (arrays: Arrays) => unknown): number {
  let bytes = 0;
  const count = (length: number) => bytes += alignedSize(length);
  layout({
    floats: (length) => (count(length), new Float32Array(0)),
    ints: (length) => (count(length), new Uint32Array(0)),
  });
  return bytes;
}

/** Arrays one after the other in a buffer that has room for them. */
function arraysIn(buffer: ArrayBuffer): Arrays {
  let next = 0;
  const take = (length: number) => {
    const at = next;
    next += alignedSize(length);
    return at;
  };
  return {
    floats: (length) => new Float32Array(buffer, take(length), length),
    ints: (length) => new Uint32Array(buffer, take(length), length),
  };
}

function alignedSize(length: number): number {
  return Math.ceil(4 * length / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}
