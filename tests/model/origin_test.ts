import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type ModelOrigin,
  ORIGIN_FIELD,
  originFields,
  originOf,
} from "../../lib/model/origin.ts";

const ORIGINS: ModelOrigin[] = [
  { kind: "rollback", of: 1, at: 1.5, by: "mx1", newest_sample: 7 },
  {
    kind: "imported",
    sha256: "ab",
    version: 3,
    at: 1,
    by: "mx1",
    forced: true,
  },
  {
    kind: "external",
    url: "https://example.org/x",
    sha256: "ab",
    version: 3,
    at: 1,
  },
];

Deno.test("an origin is read as it was written", () => {
  for (const origin of ORIGINS) {
    assertEquals(originOf(originFields(origin)), origin);
  }
});

Deno.test("a model that says nothing of use was trained", () => {
  const trained = { kind: "trained" } as const;
  assertEquals(originOf({}), trained);
  const read = (text: string) =>
    originOf({ [ORIGIN_FIELD]: new TextEncoder().encode(text) });
  for (
    const text of [
      "",
      "null",
      "7",
      "{",
      '{"kind":"rollback"}',
      '{"kind":"rollback","of":1,"at":2}',
      '{"kind":"bought","at":1}',
    ]
  ) assertEquals(read(text), trained, text);
  fc.assert(
    fc.property(fc.json(), (text) => assertEquals(read(text), trained)),
  );
});
