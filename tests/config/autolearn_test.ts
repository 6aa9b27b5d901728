import { assertEquals } from "@std/assert";
import { renderConfig } from "../../lib/config/show.ts";
import { AUTOLEARN_DEFAULTS } from "../../lib/policy/autolearn/options.ts";
import { configOf, loadUsable, problemsOf } from "./loading.ts";

const NO_HAM = "sampling { ham_prob = 0 }";

Deno.test("autolearn's options are those of rspamd, and their defaults", () => {
  const { autolearn } = configOf("").rules[0];
  assertEquals({ ...AUTOLEARN_DEFAULTS, ...autolearn }, autolearn);
  const [rule] = configOf(`
    autolearn {
      enabled = true; spam_score = 6; ham_action = "no action";
      spam_condition = "BAYES_SPAM & !WHITELIST"; ham_symbols = [A, B];
      ham_symbol_weight = -2.5; skip_symbols = GREYLIST; check_local = yes;
      probability_check { enabled = true; spam_min = 0.9 }
      sampling { ham_prob = 0.5 }
    }`).rules;
  assertEquals(rule.autolearn.spamCondition, "BAYES_SPAM & !WHITELIST");
  assertEquals(rule.autolearn.probabilityCheck.hamMaximum, 0.05);
  assertEquals(JSON.parse(JSON.stringify(rule.autolearnChanges)), {
    enabled: true,
    spamScore: 6,
    hamAction: "no action",
    spamCondition: "BAYES_SPAM & !WHITELIST",
    hamSymbols: ["A", "B"],
    skipSymbols: ["GREYLIST"],
    hamSymbolWeight: -2.5,
    probabilityCheck: { enabled: true, spamMinimum: 0.9 },
    rateLimit: {},
    sampling: { hamProbability: 0.5 },
    excludeLocal: true,
  });
});

/** Options of `autolearn`, and what is said of them: at 1:COLUMN. */
const DANGEROUS: [string, string[]][] = [
  [
    `enabled = true; spam_condition = "BAYES_SPAM &"; ${NO_HAM}`,
    [
      "1:46 error autolearn.spam_condition: column 13: expected a symbol, ! or (, found the end",
    ],
  ],
  [
    // Wrong as well where nothing is learned yet.
    'ham_condition = "("',
    [
      "1:29 error autolearn.ham_condition: column 2: expected a symbol, ! or (, found the end",
    ],
  ],
  [
    `enabled = true; ${NO_HAM}`,
    [
      "1:23 error autolearn.enabled: every message would be learned as spam: give spam_score, spam_action, spam_symbols or spam_condition; to learn no spam, sampling { spam_prob = 0; }",
    ],
  ],
  [
    "enabled = true; spam_score = 6; ham_symbols = []",
    [
      "1:23 error autolearn.enabled: every message would be learned as ham: give ham_score, ham_action, ham_symbols or ham_condition; to learn no ham, sampling { ham_prob = 0; }",
    ],
  ],
  [
    `enabled = true; spam_score = 5; spam_symbol_weight = 2; ${NO_HAM}`,
    [
      "1:66 error autolearn.spam_symbol_weight: it is about the scores of spam_symbols, and there are none",
    ],
  ],
  [
    `enabled = true; spam_action = add_header; ${NO_HAM}`,
    [
      '1:43 warning autolearn.spam_action: rspamd has no action "add_header" by itself; the nearest one is "add header"',
    ],
  ],
  [
    `enabled = true; spam_action = shelve; ${NO_HAM}`,
    [
      '1:43 warning autolearn.spam_action: rspamd has no action "shelve" by itself; there are reject, soft reject, rewrite subject, add header, greylist, no action, discard, quarantine, and those that are configured',
    ],
  ],
  // A value that is wrong is not missing, too.
  [
    `enabled = true; spam_score = many; ${NO_HAM}`,
    ['1:42 error autolearn.spam_score: expected a number, found "many"'],
  ],
  [`enabled = true; spam_score = 6; ${NO_HAM}`, []],
  ["enabled = true; spam_score = 6; ham_score = -2", []],
];

for (const [options, problems] of DANGEROUS) {
  Deno.test(`what is dangerous is told: ${options}`, () => {
    assertEquals(problemsOf(`autolearn { ${options} }`), problems);
  });
}

Deno.test("of two sets of scores, one has no effect", () => {
  const autolearn =
    "autolearn { enabled = true; spam_score = 6; ham_score = 1 }";
  assertEquals(problemsOf(`${autolearn} train { spam_score = 9 }`), [
    "1:82 warning train.spam_score: has no effect: autolearn { } decides, which has a spam_score of its own",
  ]);
});

Deno.test("guards of the configuration", () => {
  const { guards } = configOf(`neurald { guards {
    archive { url = "http://127.0.0.1:8080/guard"; timeout = 500ms; priority = 10; on_error = allow }
    "no whitelist" { condition = "!WHITELIST"; class = spam }
  } }`).neurald;
  assertEquals([...guards.keys()], ["archive", "no whitelist"]);
  assertEquals(guards.get("archive"), {
    url: "http://127.0.0.1:8080/guard",
    condition: undefined,
    class: undefined,
    priority: 10,
    timeoutSeconds: 0.5,
    onError: "allow",
  });
});

/** What stands in `guards`, and what is said of it. */
const WRONG_GUARDS: [string, string][] = [
  ["A { }", "neurald.guards.A: a guard needs a url or a condition"],
  ["A = 5", "neurald.guards.A: expected a section, { … }, found 5"],
  [
    'A { url = "http://h"; condition = B }',
    "neurald.guards.A.condition: a guard has a url or a condition, not both",
  ],
  [
    'A { condition = "B and C" }',
    "neurald.guards.A.condition: column 3: write & instead of and: words are no operators",
  ],
  [
    "A { condition = B; timeout = 1s }",
    "neurald.guards.A.timeout: has no effect without a url",
  ],
  [
    "A { condition = B; clas = ham }",
    "neurald.guards.A.clas: unknown option; the nearest known one here is class",
  ],
];

for (const [text, expected] of WRONG_GUARDS) {
  Deno.test(`a guard that is wrong is told: ${text}`, () => {
    const problems = problemsOf(`neurald { guards { ${text} } }`);
    assertEquals(
      problems.map((problem) => problem.replace(/^\S+ \S+ /, "")),
      [expected],
    );
  });
}

Deno.test("guards are shown, without passwords, and load again", () => {
  const loaded = loadUsable(
    'neurald { guards { "a b" { url = "http://u:secret@h/" } } }',
  );
  const text = renderConfig(loaded);
  assertEquals(/secret/.test(text), false);
  assertEquals([...loadUsable(text).config.neurald.guards.keys()], ["a b"]);
});

Deno.test("the examples of the README have no problem", () => {
  const readme = Deno.readTextFileSync(
    new URL("../../README.md", import.meta.url),
  );
  const examples = [...readme.matchAll(/^```\w*\n(.*?)^```$/gms)]
    .map(([, text]) => text)
    .filter((text) => /^ *(autolearn|guards) \{/m.test(text));
  assertEquals(examples.length, 2);
  assertEquals(examples.flatMap((text) => problemsOf(text)), []);
});
