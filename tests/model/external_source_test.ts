import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { sourceFields, sourceOf } from "../../lib/model/external_source.ts";

const optional = fc.option(fc.string(), { nil: undefined });

Deno.test("which file was taken last is read as it is written", () => {
  const sources = fc.record({
    url: fc.webUrl(),
    sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
    etag: optional,
    last_modified: optional,
    signed_by: optional,
    at: fc.nat(),
  });
  fc.assert(fc.property(sources, (source) => {
    const expected = JSON.parse(JSON.stringify(source));
    assertEquals(sourceOf(sourceFields(source)), expected);
  }));
});

Deno.test("what makes no sense is not believed", () => {
  const good = { url: "u", sha256: "s", at: 1 };
  for (
    const value of [
      null,
      7,
      [],
      {},
      { ...good, url: 1 },
      { ...good, sha256: undefined },
      { ...good, etag: {} },
      { ...good, at: "now" },
    ]
  ) {
    const external = new TextEncoder().encode(JSON.stringify(value));
    assertEquals(sourceOf({ external }), undefined);
  }
  assertEquals(sourceOf({ external: Uint8Array.of(1) }), undefined);
  assertEquals(sourceOf({}), undefined);
});
