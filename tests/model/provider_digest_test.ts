import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import {
  type Provider,
  providersDigest,
  type ProvidersRule,
} from "../../lib/model/provider_digest.ts";
import { unorderedDigest } from "../../lib/model/unordered_digest.ts";

/** Digests that a real rspamd 4.1.6 made. */
const CASES: { digest: string; providers: Provider[]; rule: ProvidersRule }[] =
  JSON.parse(
    await Deno.readTextFile(
      new URL("../fixtures/providers-digests.json", import.meta.url),
    ),
  );

Deno.test("digests of providers are rspamd's", async () => {
  assertEquals(CASES.length, 6);
  for (const { digest, providers, rule } of CASES) {
    assertEquals(await providersDigest(providers, rule), digest);
  }
});

Deno.test("what is left out counts as its default", async () => {
  const [{ digest }] = CASES;
  for (
    const [provider, fusion] of [
      [{ type: "symbols", weight: 1 }, {}],
      [{ name: "symbols" }, { normalization: "none", meta_weight: 1 }],
      // Only a language model has these, and only `conv1d` those.
      [{ type: "symbols", model: "m", max_tokens: 5, max_words: 3 }, {}],
    ] satisfies [Provider, ProvidersRule["fusion"]][]
  ) {
    assertEquals(await providersDigest([provider], { fusion }), digest);
  }
  const conv = { type: "symbols", output_mode: "conv1d" };
  const plain = await providersDigest([conv], {});
  assertNotEquals(plain, digest);
  const spelledOut = {
    ...conv,
    max_words: 32,
    kernel_sizes: [1, 3, 5],
    conv_pooling: "max",
  };
  assertEquals(await providersDigest([spelledOut], {}), plain);
  const other = { ...conv, kernel_sizes: [1, 5, 3] };
  assertNotEquals(await providersDigest([other], {}), plain);
});

const FINITE = fc.double({ noNaN: true, noDefaultInfinity: true });

Deno.test("the order of keys does not matter, that of a list does", () =>
  fc.assert(fc.asyncProperty(
    fc.dictionary(
      fc.string(),
      fc.oneof(fc.string(), fc.boolean(), FINITE),
    ),
    fc.uniqueArray(fc.string(), { minLength: 2 }),
    async (map, list) => {
      const turned = Object.fromEntries(Object.entries(map).reverse());
      assertEquals(await unorderedDigest(turned), await unorderedDigest(map));
      assertNotEquals(
        await unorderedDigest(list.toReversed()),
        await unorderedDigest(list),
      );
    },
  )));

Deno.test("nothing has the digest 0", async () => {
  assertEquals(await unorderedDigest({}), "0".repeat(16));
  assertEquals(await unorderedDigest({ a: undefined }), "0".repeat(16));
});
