import { assertEquals, assertThrows } from "@std/assert";
import { createKernels } from "../../../lib/nn/kernels/kernels.ts";

for (const kind of ["wasm", "twin"] as const) {
  Deno.test(`${kind}: arrays are zero, apart from each other, and aligned`, () => {
    const lengths = [3, 0, 1, 16, 17, 100_000, 5];
    const { arrays } = createKernels(({ floats, ints }) => ({
      floats: lengths.map(floats),
      ints: lengths.map(ints),
    }), kind);
    const all = [...arrays.floats, ...arrays.ints];
    assertEquals(all.map(({ length }) => length), [...lengths, ...lengths]);
    for (const [i, array] of all.entries()) {
      assertEquals(array.byteOffset % 64, 0);
      assertEquals(array.every((x) => x === 0), true, `array ${i}`);
      array.fill(i + 1);
    }
    for (const [i, array] of all.entries()) {
      assertEquals(array.every((x) => x === i + 1), true, `array ${i}`);
    }
  });
}

Deno.test("kernels work on no other arrays", () => {
  const { calculate } = createKernels(({ floats }) => floats(4), "wasm");
  assertThrows(
    () => calculate.scale(new Float32Array(4), 4, 2),
    TypeError,
    "made with them",
  );
});
