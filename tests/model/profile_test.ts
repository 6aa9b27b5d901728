import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { sortedNames } from "../../lib/features/symbol_names.ts";
import {
  isCompatible,
  profileDigest,
  profileDistance,
} from "../../lib/model/profile.ts";

/** What a real rspamd says of two symbol lists. An empty one is `{}` there. */
interface Comparison {
  a: string[] | Record<string, never>;
  b: string[] | Record<string, never>;
  digest_b: string;
  distance: number;
  compatible_4x: boolean;
}

const url = new URL("../fixtures/policy.json", import.meta.url);
const comparisons: Comparison[] =
  JSON.parse(Deno.readTextFileSync(url)).distance;
const listOf = (list: Comparison["a"]) => Array.isArray(list) ? list : [];

Deno.test("digests, distances and compatibility are rspamd's", () => {
  assertEquals(comparisons.length, 9);
  for (const comparison of comparisons) {
    const [a, b] = [listOf(comparison.a), listOf(comparison.b)];
    assertEquals(profileDigest(b), comparison.digest_b);
    const distance = profileDistance(a, b);
    assertEquals(distance, comparison.distance);
    assertEquals(isCompatible(distance, b.length), comparison.compatible_4x);
  }
});

Deno.test("the digests of whole profiles are rspamd's", () => {
  for (const folder of ["rspamd-3.4", "rspamd-4.1.6"]) {
    const url = new URL(`../fixtures/${folder}/profiles.json`, import.meta.url);
    const profiles: Record<string, string[]> = JSON.parse(
      Deno.readTextFileSync(url),
    );
    for (const [digest, symbols] of Object.entries(profiles)) {
      assertEquals(profileDigest(symbols), digest);
      assertEquals(sortedNames(symbols), symbols);
    }
  }
});

Deno.test("a profile has distance 0 to itself, and never a negative one", () => {
  const list = fc.array(fc.string({ unit: "grapheme" })).map(sortedNames);
  fc.assert(fc.property(list, list, (a, b) => {
    assertEquals(profileDistance(a, a), 0);
    const distance = profileDistance(a, b);
    assertEquals(distance >= 0, true);
    assertEquals(distance <= a.length + b.length, true);
  }));
});
