/** Kernels and their twins, given the same. */

import fc from "fast-check";
import {
  type Arrays,
  type Calculations,
  createKernels,
} from "../../../lib/nn/kernels/kernels.ts";
import { Random } from "../../../lib/nn/random.ts";
import { assertClose } from "../close.ts";

/** Arrays by name. */
type Named = Record<string, Float32Array | Uint32Array>;

/**
 * Runs the same on both implementations, and compares what is left in the
 * arrays and what is returned.
 *
 * @param layout makes the arrays
 * @param fill gives them the same content both times
 */
export function compare<T extends Named>(
  layout: (arrays: Arrays) => T,
  fill: (arrays: T, random: Random) => void,
  run: (calculate: Calculations, arrays: T) => number | void,
  seed: number,
): void {
  const [wasm, twin] = (["wasm", "twin"] as const).map((kind) => {
    const { calculate, arrays } = createKernels(layout, kind);
    fill(arrays, new Random(seed));
    const result = run(calculate, arrays);
    return { result: Float64Array.of(result ?? 0), ...arrays };
  });
  for (const [name, expected] of Object.entries(twin)) {
    expected.forEach((x, i) =>
      assertClose(wasm[name][i], x, 1e-5, `${name}[${i}]`)
    );
  }
}

/** Fills arrays with normal numbers. */
export function fillNormal(random: Random, ...arrays: Float32Array[]): void {
  for (const array of arrays) {
    for (let i = 0; i < array.length; i++) array[i] = random.normal();
  }
}

/** Lengths on both sides of what SIMD takes at a time, and much longer ones. */
export const lengths: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 0, max: 9 }),
  fc.nat(300),
);

/** The same of the layers of a network, which have at least one element. */
export const widths: fc.Arbitrary<number> = fc.integer({ min: 1, max: 37 });

/** A seed for what is not worth shrinking. */
export const seeds: fc.Arbitrary<number> = fc.nat();
