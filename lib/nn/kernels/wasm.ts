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

/** What `compile` gave when it was first needed. */
let compiled: { module?: WebAssembly.Module } | undefined;

function compile(): { module?: WebAssembly.Module } {
  const bytes = Uint8Array.fromBase64(WASM_BASE64);
  if (!WebAssembly.validate(bytes)) return {};
  return { module: new WebAssembly.Module(bytes) };
}

function theModule(): WebAssembly.Module | undefined {
  compiled ??= compile();
  return compiled.module;
}

/** Whether the runtime, and the processor, can run the module. */
export function isWasmSupported(): boolean {
  return theModule() !== undefined;
}

/**
 * Makes kernels that work on a memory of their own.
 *
 * @throws {RangeError} when there is not so much memory
 * @throws {TypeError} when the module is not supported
 */
export function wasmCalculations(bytes: number): {
  buffer: ArrayBuffer;
  calculations: Record<string, (...parameters: Parameter[]) => number | void>;
} {
  const module = theModule();
  if (!module) throw new TypeError("there is no WebAssembly with SIMD here");
  const initial = Math.ceil(bytes / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial, maximum: initial });
  const buffer = memory.buffer as ArrayBuffer;
  const address = (parameter: Parameter): number => {
    if (typeof parameter === "number") return parameter;
    if (parameter.buffer === buffer) return parameter.byteOffset;
    throw new TypeError("kernels work only on arrays that are made with them");
  };
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const calculations = Object.entries(exports).map(([name, value]) => {
    const kernel = value as Export;
    const call = (...parameters: Parameter[]) => {
      for (let i = 0; i < parameters.length; i++) {
        parameters[i] = address(parameters[i]);
      }
      return kernel(...parameters as number[]);
    };
    return [name, call];
  });
  return { buffer, calculations: Object.fromEntries(calculations) };
}
