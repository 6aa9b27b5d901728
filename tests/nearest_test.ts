import { assertEquals } from "@std/assert";
import fc from "fast-check";

import { editDistance, nearestName } from "../lib/nearest.ts";

Deno.test("edit distance", () => {
  const cases: [string, string, number][] = [
    ["", "", 0],
    ["", "abc", 3],
    ["train", "trian", 1],
    ["max_trains", "max_trainz", 1],
    ["kitten", "sitting", 3],
    ["ab", "ba", 1],
    ["ca", "abc", 3],
  ];
  for (const [from, to, distance] of cases) {
    assertEquals(editDistance(from, to), distance, `${from} ${to}`);
  }
});

Deno.test("edit distance is symmetric and bounded", () => {
  const word = fc.string({ maxLength: 12 });
  fc.assert(fc.property(word, word, (a, b) => {
    const distance = editDistance(a, b);
    assertEquals(distance, editDistance(b, a));
    assertEquals(distance === 0, a === b);
    assertEquals(distance <= Math.max(a.length, b.length), true);
    assertEquals(distance >= Math.abs(a.length - b.length), true);
  }));
});

Deno.test("the nearest name", () => {
  const names = ["symbol_spam", "symbol_ham", "train"];
  assertEquals(nearestName("symbol_hm", names), "symbol_ham");
  assertEquals(nearestName("SYMBOL-SPAM", names), "symbol_spam");
  assertEquals(nearestName("spam_symbol", names), "symbol_spam");
  assertEquals(nearestName("trains", names), "train");
  assertEquals(nearestName("user", ["password", "username"]), "username");
  assertEquals(
    nearestName("score", ["max", "ham_score_threshold"]),
    "ham_score_threshold",
  );
  assertEquals(nearestName("mode", ["external_model"]), undefined);
  assertEquals(nearestName("bias", ["classes_bias"]), "classes_bias");
  assertEquals(nearestName("password", names), undefined);
  assertEquals(nearestName("x", []), undefined);
  assertEquals(nearestName("x".repeat(1000), names), undefined);
});
