import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { decodeKann, encodeKann } from "../../lib/nn/kann.ts";
import { forward } from "../../lib/nn/forward.ts";
import { kannFixtures } from "./kann_fixtures.ts";

Deno.test("networks saved by rspamd are read, answered and written back", async (t) => {
  const fixtures = kannFixtures();
  assertEquals(fixtures.length, 16);
  for (const fixture of fixtures) {
    await t.step(fixture.name, () => {
      const graph = decodeKann(fixture.bytes);
      assertEquals(encodeKann(graph), fixture.bytes);
      assertEquals(fixture.inputs.length, 24);
      for (const [i, input] of fixture.inputs.entries()) {
        assertAlmostEquals(forward(graph, input)[0], fixture.outputs[i], 1e-6);
      }
    });
  }
  assert(fixtures.some((f) => f.name.includes("embedding")));
});
