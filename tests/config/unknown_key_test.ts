import { assertEquals } from "@std/assert";

import { problemsOf } from "./loading.ts";

Deno.test("an unknown key is told with the nearest, or where it belongs", () => {
  const cases: [string, string][] = [
    ["trian { }", "trian: unknown option; the nearest known one here is train"],
    [
      "train { max_trainz = 1 }",
      "train.max_trainz: unknown option; the nearest known one here is max_trains",
    ],
    [
      "Symbol-Spam = X",
      "Symbol-Spam: unknown option; the nearest known one here is symbol_spam",
    ],
    ["max_trains = 5", "max_trains: belongs in train { }"],
    ["max_train = 5", "max_train: belongs in train { }"],
    ["listen = x", "listen: belongs in neurald { }"],
    [
      "train { max_profiles = 1 }",
      "train.max_profiles: belongs at the top level",
    ],
    [
      "rules { a { rules { } } }",
      "rules.a.rules: belongs at the top level",
    ],
    [
      "neurald { symbol_ham = x }",
      "neurald.symbol_ham: belongs in a rule: in rules { NAME { } } or, " +
      "without rules, at the top level",
    ],
    [
      "autotrain = on",
      "autotrain: belongs in train { }; the nearest known one here is autolearn",
    ],
    [
      "spam_symbol = X",
      "spam_symbol: unknown option; the nearest known one here is symbol_spam",
    ],
    [
      "nueral {}",
      "nueral: unknown option; the nearest known one here is neural",
    ],
    ["foo = 1", "foo: unknown option"],
    ["max_daily = 5", "max_daily: belongs in rate_limit { }"],
    ["spam_action = x", "spam_action: belongs in autolearn { }"],
    [`${"x".repeat(100)} = 1`, `${"x".repeat(100)}: unknown option`],
  ];
  for (const [text, expected] of cases) {
    const [problem, ...others] = problemsOf(text);
    assertEquals(others, []);
    assertEquals(problem.replace(/^\S+ error /, ""), expected);
  }
});
