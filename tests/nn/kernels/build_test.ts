import { assertEquals } from "@std/assert";
import { TWIN } from "../../../lib/nn/kernels/twin.ts";
import { WASM_BASE64 } from "../../../lib/nn/kernels/wasm_module.ts";
import { buildKernels, whyNoCompiler } from "../../../tools/build_kernels.ts";

Deno.test("the module is what its source gives", async () => {
  const why = await whyNoCompiler();
  if (why !== undefined) {
    // deno-lint-ignore no-console
    console.log(`skipped: no AssemblyScript compiler: ${why}`);
    return;
  }
  const url = new URL(
    "../../../lib/nn/kernels/wasm_module.ts",
    import.meta.url,
  );
  assertEquals(
    await Deno.readTextFile(url) === await buildKernels(),
    true,
    "the source has changed: run deno task kernels",
  );
});

Deno.test("every kernel has its twin, and every twin its kernel", () => {
  const module = new WebAssembly.Module(Uint8Array.fromBase64(WASM_BASE64));
  const names = WebAssembly.Module.exports(module).map(({ name }) => name);
  assertEquals(names.toSorted(), Object.keys(TWIN).toSorted());
  assertEquals(WebAssembly.Module.imports(module).length, 1);
});
