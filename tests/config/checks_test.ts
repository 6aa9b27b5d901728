import { assertEquals, assertStringIncludes } from "@std/assert";

import { load, loadUsable, placesOf, problemsOf } from "./loading.ts";

Deno.test("rules that would share data, names or symbols", () => {
  assertEquals(
    problemsOf("rules {\n a { }\n b { prefix = a }\n c { name = b }\n}"),
    [
      "3:2 warning rules.b.symbol_spam: NEURAL_SPAM is the symbol of the " +
      "rule a too, at neural.conf:2: a message may get it from both",
      "3:2 warning rules.b.symbol_ham: NEURAL_HAM is the symbol of the " +
      "rule a too, at neural.conf:2: a message may get it from both",
      "3:15 error rules.b.prefix: a is the prefix of the rule a too, at " +
      "neural.conf:2: give each rule its own",
      "4:2 warning rules.c.symbol_spam: NEURAL_SPAM is the symbol of the " +
      "rule a too, at neural.conf:2: a message may get it from both",
      "4:2 warning rules.c.symbol_ham: NEURAL_HAM is the symbol of the " +
      "rule a too, at neural.conf:2: a message may get it from both",
      "4:13 error rules.c.name: b is the name of the rule b too, at " +
      "neural.conf:3: give each rule its own",
    ],
  );
  const disabled = "rules { a { } b { prefix = a; enabled = false } }";
  assertEquals(problemsOf(disabled), []);
});

Deno.test("options that do not go together", () => {
  const cases: [string, string][] = [
    ["symbol_spam = X; symbol_ham = X", "1:31 error symbol_ham"],
    ["symbol_spam = NEURAL_HAM", "1:1 error symbol_ham"],
    ["train { store_pool_only = on }", "1:27 warning train.store_pool_only"],
    ["train { spam_skip_prob = 0.5 }", "1:26 warning train.spam_skip_prob"],
    [
      "train { learn_mode = proportional; classes_bias = 0.1 }",
      "1:51 warning train.classes_bias",
    ],
    [
      "train { max_trains = 2k } neurald { max_pool = 1k }",
      "1:22 error train.max_trains",
    ],
    ["profile { out = [A] }", "1:9 warning profile"],
    ["profile { default = [A, [B]] }", "1:25 error profile"],
    ["allowed_settings = [a, all]", "1:24 warning allowed_settings"],
    [
      "train { spam_score = 3; ham_score = 3 }",
      "1:22 warning train.spam_score",
    ],
    [
      "profile { default = [A] }; blacklisted_symbols = A",
      "1:9 warning profile",
    ],
    ["rules { }", "1:1 error rules"],
    ["rules { a { enabled = no } }", "1:23 error rules.a.enabled"],
    ["enabled = no", "1:11 warning enabled"],
    ["train { max_trains = 5; max_train = 6 }", "1:25 warning train.max_train"],
  ];
  for (const [text, expected] of cases) {
    assertEquals(
      placesOf(load(text).problems),
      [`neural.conf:${expected}`],
      text,
    );
  }
  assertEquals(
    problemsOf("train { store_pool_only = on } profile { default = [A] }"),
    [],
  );
});

Deno.test("a rule that is off is not held against the configuration", () => {
  assertEquals(
    problemsOf("rules { a { default = false; enabled = off } b { } }"),
    [],
  );
});

Deno.test("options that have no effect give a warning", () => {
  const cases: [string, string][] = [
    ["dropout = 0.5", "this version of neurald does not act on it yet"],
    ["architecture = attention", "this version of neurald"],
    ["fusion { meta_weight = 2 }", "this version of neurald"],
    ["providers = [{ type = llm; model = x }]", "this version of neurald"],
    ["train { mse = 0.1 }", "rspamd does not act on it either"],
    ["learning_spawned = false", "rspamd does not act on it either"],
    [
      "train { forced_learn_minimal_scan = no }",
      "it concerns what rspamd does",
    ],
    ["timeout = 5", "it is about Redis, which is not the store"],
    ["redis { read_servers = x }", "neurald reads from the server that it"],
    ["servers = x; redis_version = 7", "neurald does not need it"],
    [
      'servers = x; neurald { store = "sqlite:/x" }',
      "it is about Redis, which is not the store",
    ],
  ];
  for (const [text, expected] of cases) {
    const [problem, ...others] = loadUsable(text).problems;
    assertEquals(others, [], text);
    assertStringIncludes(problem.message, `has no effect: ${expected}`);
  }
  for (
    const text of [
      "architecture = linear; spam_score_threshold = 0.5",
      "ham_score_threshold = 1; flat_threshold_curve = true",
      "servers = x; timeout = 5; password = y",
      "redis { write_servers = x; ssl = true; db = 2 }",
      'redis { sentinels = [x, y]; sentinel_masters_pattern = "^mail$" }',
      'servers = x; neurald { store = "redis+unix:///run/redis.sock" }',
    ]
  ) {
    assertEquals(problemsOf(text), [], text);
  }
});

Deno.test("10m is not ten minutes", () => {
  assertEquals(
    loadUsable("lock_expire = 10m").config.rules[0].lockExpireSeconds,
    1e7,
  );
  assertEquals(problemsOf("lock_expire = 10m"), [
    "1:15 warning lock_expire: probably not what is meant, found 10m; it " +
    "means 10000000 seconds, as in rspamd; minutes are written 10min",
  ]);
  assertEquals(problemsOf("watch_interval = 10m").length, 1);
});
