/**
 * All kernels in AssemblyScript: it looks like TypeScript, and has other types
 * and instructions, so Deno neither checks nor lints these files. It compiles
 * to WebAssembly as written, without a runtime: no objects, no allocation. Small
 * functions are inlined by the optimiser; `@inline` before them would be dropped
 * by `deno fmt`, which knows decorators only of classes.
 *
 * @module
 */

export * from "./arrays";
export * from "./columns";
export * from "./cross_entropy";
export * from "./adam";
export * from "./layers";
export * from "./random";
export * from "./rmsprop";
export * from "./sparse";
