import { assertEquals } from "@std/assert";

import { configOf, loadUsable, placesOf, problemsOf } from "./loading.ts";

Deno.test("symbols of a profile are in the order of their bytes", () => {
  const [rule] =
    configOf("profile { default = [é, z, Z, a, _, 😀, ｚ] }").rules;
  assertEquals(rule.profiles.get("default"), [
    "Z",
    "_",
    "a",
    "z",
    "é",
    "ｚ",
    "😀",
  ]);
});

Deno.test("without rules the top level is the rule default", () => {
  const { config } = loadUsable(
    "prefix = x; blacklisted_symbols = A; enabled = no",
  );
  const [rule] = config.rules;
  assertEquals(config.prefix, "x");
  assertEquals([rule.prefix, rule.name], ["x", "default"]);
  assertEquals(rule.blacklistedSymbols, new Set(["A"]));
  // It switches off rspamd's module.
  assertEquals([config.enabled, rule.enabled], [false, true]);
});

Deno.test("which messages a rule serves is decided as in rspamd", () => {
  const serves = (text: string) =>
    loadUsable(text).config.rules[0].servesDefault;
  assertEquals(serves("rules { a { default = 5 } }"), true);
  assertEquals(serves("rules { a { } }"), true);
  assertEquals(
    serves("rules { a { default = false; allowed_settings = all } }"),
    false,
  );
  assertEquals(serves("rules { default { default = false } }"), true);
  assertEquals(problemsOf("rules { default { default = false } }"), [
    "1:29 warning rules.default.default: has no effect: the rule default " +
    "always serves messages without settings, as in rspamd",
  ]);
  assertEquals(problemsOf("rules { a {\n default = no } }"), [
    "2:12 error rules.a.default: the rule scores no message: with default = " +
    'false it needs allowed_settings, "all" or a list of names',
  ]);
});

Deno.test("a section given twice", () => {
  assertEquals(
    problemsOf("train { max_trains = 5 }\ntrain { max_usages = 5 }"),
    [
      "2:1 error train: given again, first at neural.conf:1; keep one of " +
      "them, or put both into one section",
    ],
  );
  const { config, problems } = loadUsable(
    "neural { train { max_trains = 5 } max_profiles = 7 }\n" +
      "neural { train { max_usages = 5 } }",
  );
  assertEquals(config.rules[0].train.maxTrains, 1000);
  assertEquals(config.maxProfiles, 7);
  assertEquals(problems.map(({ message }) => message), [
    "replaces all of what an earlier neural { } says of it, at " +
    "neural.conf:1, as in rspamd",
  ]);
  assertEquals(problemsOf("enabled = on; enabled = off").length, 1);
  assertEquals(problemsOf('rules "a" { }\nrules "b" { }').length, 1);
  const [rule] = configOf("blacklisted_symbols = A; blacklisted_symbols = [B]")
    .rules;
  assertEquals(rule.blacklistedSymbols, new Set(["A", "B"]));
});

Deno.test("neurald may stand beside neural, and nothing else may", () => {
  const beside = "neural { max_profiles = 4 } neurald { log_level = warn }";
  assertEquals(configOf(beside).neurald.logLevel, "warn");
  assertEquals(problemsOf("neural { }\nmax_profiles = 4; rules { }; foo = 1"), [
    "2:1 error max_profiles: belongs in neural { }, which is given too",
    "2:19 error rules: belongs in neural { }, which is given too",
    "2:30 error foo: unknown option",
  ]);
  assertEquals(problemsOf("neural { neurald { } }\nneurald { }").length, 1);
  assertEquals(problemsOf("neural = 5"), [
    "1:10 error neural: expected a section, { … }, found 5",
  ]);
});

Deno.test("null means that an option is not set", () => {
  const { redis, neurald, rules } = configOf(
    "max_inputs = null; train = null; prefix = null; rules = null;\n" +
      "redis = null; neural = null; neurald { store = null; listen = null }",
  );
  const { rules: [unset], ...defaults } = configOf("");
  assertEquals({ redis, neurald }, {
    redis: defaults.redis,
    neurald: defaults.neurald,
  });
  assertEquals(rules, [unset]);
  const named = configOf("rules { a = null; b { prefix = null } }").rules;
  assertEquals(named.map(({ prefix }) => prefix), ["b"]);
  assertEquals(problemsOf("rules { a = null }"), [
    "1:1 error rules: holds no rule, so there is nothing to do; without it " +
    "there is one rule, made of the options at the top level",
  ]);
  assertEquals(problemsOf("prefix ="), [
    "1:9 error prefix: the text ends where a value is expected",
  ]);
  assertEquals(problemsOf("prefix =\n"), [
    "1:1 error prefix: expected a name, found nothing",
  ]);
});

Deno.test("a pool whose size is not set is large enough to train", () => {
  const poolOf = (text: string) => configOf(text).neurald.maxPool;
  assertEquals(poolOf("train { max_trains = 5 }"), 20_000);
  assertEquals(poolOf("train { max_trains = 30000 }"), 30_000);
  const rules = "rules { a { train { max_trains = 40k }; symbol_spam = S; " +
    "symbol_ham = H }; b { train { max_trains = 30k } } }";
  assertEquals(poolOf(rules), 40_000);
  assertEquals(
    problemsOf("train { max_trains = 30k }; neurald { max_pool = 0 }").length,
    1,
  );
});

Deno.test("a symbol that is switched off is not blacklisted", () => {
  const [rule] = configOf(
    "blacklisted_symbols { A = false; B = true; C = null; D = 0; E {} }\n" +
      "profile { default { B = true; F = false } }",
  ).rules;
  assertEquals(rule.blacklistedSymbols, new Set(["B", "D", "E"]));
  assertEquals(rule.profiles.get("default"), ["F"]);
});

Deno.test("redis { } wins over the keys beside it, as in rspamd", () => {
  const { config, problems } = loadUsable(
    'servers = "a"; timeout = 3; redis { server = "b" }\n' +
      'neurald { store = "redis://b" }',
  );
  assertEquals(config.redis.servers, ["b"]);
  assertEquals(config.redis.timeoutSeconds, undefined);
  assertEquals(placesOf(problems), [
    "neural.conf:1:1 warning servers",
    "neural.conf:1:16 warning timeout",
  ]);
});
