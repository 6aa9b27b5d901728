/** Kernels and their twins, given the same. */

import fc from "fast-check";
import {
  type Arrays,
  type Calculations,
  createKernels,
} from "../../../lib/nn/kernels/kernels.ts";
import { assertClose } from "../close.ts";

/** Arrays by name. */
type Named = Record<string, Float32Array | Uint32Array>;

/** Runs a kernel and its twin on the same arrays, and compares all of them. */
export function compareKinds<T extends Named>(
  layout: (arrays: Arrays) => T,
  fill: (arrays: T) => void,
  run: (calculate: Calculations, arrays: T) => void,
): void {
  const [wasm, twin] = (["wasm", "twin"] as const).map((kind) => {
    const { calculate, arrays } = createKernels(layout, kind);
    fill(arrays);
    run(calculate, arrays);
    return arrays;
  });
  for (const [name, array] of Object.entries(wasm)) {
    array.forEach((x, i) =>
      assertClose(x, twin[name][i], 1e-5, `${name}[${i}]`)
    );
  }
}

/** Sizes around the widths that SIMD takes at a time. */
export const width: fc.Arbitrary<number> = fc.integer({ min: 1, max: 37 });

/** A seed for what is not worth shrinking. */
export const seed: fc.Arbitrary<number> = fc.integer({ min: 0, max: 2 ** 31 });
