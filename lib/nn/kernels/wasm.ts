/**
 * The kernels in WebAssembly.
 *
 * @module
 */

import { WASM_BASE64 } from "./wasm_module.ts";

/** A kernel as the module exports it: arrays are addresses. */
type Export = (...parameters: number[]) => number | void;
/** What a kernel is given. */
type Parameter = number | Float32Array | Uint32Array;

const PAGE_BYTES = 2 ** 16;

/** Compiled when it is first needed. */
let compiled: WebAssembly.Module | undefined;

function moduleBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(WASM_BASE64);
}

/** Whether the runtime, and the processor, can run the module. */
export function isWasmSupported(): boolean {
  return WebAssembly.validate(moduleBytes());
}

/**
 * Makes kernels that work on a memory of their own.
 *
 * @throws {RangeError} when there is not so much memory
 */
export function wasmCalculations(bytes: number): {
  buffer: ArrayBuffer;
  calculations: Record<string, (...parameters: Parameter[]) => number | void>;
} {
  compiled ??= new WebAssembly.Module(moduleBytes());
  const initial = Math.ceil(bytes / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial, maximum: initial });
  const buffer = memory.buffer as ArrayBuffer;
  const address = (parameter: Parameter): number => {
    if (typeof parameter === "number") return parameter;
    if (parameter.buffer === buffer) return parameter.byteOffset;
    throw new TypeError("kernels work only on arrays that are made with them");
  };
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  const calculations = Object.entries(exports).map(([name, value]) => {
    const kernel = value as Export;
    return [
      name,
      (...parameters: Parameter[]) => kernel(...parameters.map(address)),
    ];
  });
  return { buffer, calculations: Object.fromEntries(calculations) };
}
