import { assert, assertEquals, assertStringIncludes } from "@std/assert";

import {
  defaultConfig,
  loadConfig,
  parseConfig,
} from "../../lib/config/load.ts";
import { formatProblems } from "../../lib/config/problem.ts";
import {
  ALL_SETTINGS,
  CLICKHOUSE_COLUMNS,
  ENABLED,
  FULL,
  LONG_AND_SHORT,
  SHIPPED,
  SIMPLE,
  SOME_SETTINGS,
  SYMBOL_SCORES,
} from "./examples.ts";
import { configOf, load, loadUsable, placesOf, problemsOf } from "./loading.ts";

Deno.test("the defaults are rspamd's", () => {
  const { config, problems, origins } = defaultConfig();
  assertEquals(problems, []);
  assertEquals([config.prefix, config.maxProfiles], ["rn", 3]);
  const [rule, ...others] = config.rules;
  assertEquals(others, []);
  assertEquals([rule.key, rule.prefix, rule.name], Array(3).fill("default"));
  assertEquals([rule.symbolSpam, rule.symbolHam], [
    "NEURAL_SPAM",
    "NEURAL_HAM",
  ]);
  assertEquals(rule.train, {
    maxTrains: 1000,
    maxEpoch: 1000,
    maxUsages: 10,
    maxIterations: 25,
    mse: 0.001,
    autotrain: true,
    trainProbability: 1,
    learnThreads: 1,
    learnMode: "balanced",
    learningRate: undefined,
    classesBias: 0,
    spamSkipProbability: 0,
    hamSkipProbability: 0,
    storePoolOnly: false,
    storeSetOnly: false,
    frozen: false,
    spamScore: undefined,
    hamScore: undefined,
    forcedLearnMinimalScan: undefined,
  });
  assertEquals(
    [rule.watchIntervalSeconds, rule.lockExpireSeconds, rule.annExpireSeconds],
    [60, undefined, 172_800],
  );
  assertEquals(rule.hiddenLayerMultiplier, 1.5);
  assertEquals(rule.servesDefault, true);
  assertEquals(config.neurald, {
    listen: "127.0.0.1:11336",
    socketMode: "0660",
    hostNames: [],
    tokens: new Map(),
    tls: { certificate: undefined, key: undefined },
    maxRequests: 256,
    maxConnections: 1024,
    store: undefined,
    metatokenVersion: undefined,
    rspamdVersion: undefined,
    maxPool: 20_000,
    maxSettings: 256,
    bodyLimitBytes: 1_048_576,
    requestTimeoutSeconds: 10,
    trainTimeoutSeconds: 1800,
    guards: new Map(),
    recentScores: 50,
    logLevel: "info",
    logFormat: "auto",
    slowRequestSeconds: 1,
  });
  assertEquals(origins.get("rules.default.train.max_trains"), "default");
  assertEquals(parseConfig("", "-").config, config);
});

Deno.test("every example of the manual loads unchanged", () => {
  const store = 'neurald { store = "redis://localhost" }\n';
  const enabled = configOf(ENABLED + store);
  assertEquals(enabled.enabled, true);
  assertEquals(enabled.redis.servers, ["localhost"]);

  const [simple] = configOf(SIMPLE + store).rules;
  assertEquals(simple.train.maxTrains, 1000);
  assertEquals(simple.train.maxUsages, 20);
  assertEquals(simple.annExpireSeconds, 2 * 86_400);

  const [long, short] = configOf(LONG_AND_SHORT).rules;
  assertEquals(long.key, "LONG");
  assertEquals(long.train.maxTrains, 5000);
  assertEquals(long.annExpireSeconds, 100 * 86_400);
  assertEquals([short.prefix, short.symbolHam], ["SHORT", "NEURAL_HAM_SHORT"]);

  assertEquals(configOf(ALL_SETTINGS).rules[0].allowedSettings, "all");
  assertEquals(configOf(SOME_SETTINGS).rules[0].allowedSettings, [
    "settings-id1",
    "settings-id2",
  ]);
});

Deno.test("sections of other modules in the manual are passed over", () => {
  assertEquals(problemsOf(SYMBOL_SCORES), [
    "3:1 warning symbols: passed over: it holds the scores of symbols, for " +
    "rspamd's local.d/neural_group.conf",
  ]);
  assertEquals(problemsOf(CLICKHOUSE_COLUMNS), [
    "2:1 warning extra_columns: passed over: it is of rspamd's ClickHouse " +
    "module, for rspamd's local.d/clickhouse.conf",
  ]);
  const { config } = loadUsable(LONG_AND_SHORT + SYMBOL_SCORES);
  assertEquals(config.rules.map(({ key }) => key), ["LONG", "SHORT"]);
  loadUsable(`neural { ${SIMPLE} }\n${SYMBOL_SCORES}${CLICKHOUSE_COLUMNS}`);
});

Deno.test("the file that rspamd ships loads, alone and with local files", () => {
  const alone = loadUsable(SHIPPED);
  assertEquals(placesOf(alone.problems), ["neural.conf:13:3 warning timeout"]);
  assertEquals(alone.config.redis.timeoutSeconds, 20);
  assertEquals(alone.config.rules[0].train.maxUsages, 20);

  const { config, origins } = loadUsable(SHIPPED, {
    "/var/lib/rspamd/dynamic/neural.conf": "ann_expire = 3d;",
    "/etc/rspamd/local.d/neural.conf":
      "train {\n  max_trains = 500; spam_score = 8\n}\nann_expire = 1d;",
    "/etc/rspamd/override.d/neural.conf":
      "timeout = 3s; ann_expire = 9d; max_profiles = 4;",
  });
  const [rule] = config.rules;
  assertEquals(rule.train.maxTrains, 500);
  assertEquals(rule.train.spamScore, 8);
  assertEquals(rule.train.maxUsages, 20, "local.d is merged");
  assertEquals(rule.annExpireSeconds, 9 * 86_400, "override.d wins");
  assertEquals(config.redis.timeoutSeconds, 3);
  assertEquals(origins.get("rules.default.train.max_trains"), {
    file: "/etc/rspamd/local.d/neural.conf",
    line: 2,
    column: 16,
  });

  const overridden = loadUsable(SHIPPED, {
    "/etc/rspamd/override.d/neural.conf": "train { max_trains = 5 }",
  });
  const { train } = overridden.config.rules[0];
  assertEquals([train.maxTrains, train.maxUsages], [5, 10]);

  const withRules = loadUsable(SHIPPED, {
    "/etc/rspamd/local.d/neural.conf": LONG_AND_SHORT,
  });
  assertEquals(withRules.config.rules.map(({ key }) => key), ["LONG", "SHORT"]);
  assertEquals(placesOf(withRules.problems), [
    "neural.conf:6:3 warning train",
    "neural.conf:13:3 warning timeout",
  ]);
});

Deno.test("a full configuration", () => {
  const config = configOf(FULL);
  assertEquals(config.prefix, "mail");
  assertEquals(config.allowLocal, true);
  assertEquals(config.redis.servers, ["10.0.0.1:6379", "10.0.0.2"]);
  assertEquals(config.redis.database, "2");
  assertEquals(config.neurald, {
    listen: "unix:/run/neurald/neurald.sock",
    socketMode: "0600",
    hostNames: ["mx.example.org", "mx"],
    tokens: new Map(),
    tls: { certificate: undefined, key: undefined },
    maxRequests: 64,
    maxConnections: 1024,
    store: "redis://:secret@10.0.0.1:6379/2",
    metatokenVersion: 3,
    rspamdVersion: undefined,
    maxPool: 5000,
    maxSettings: 16,
    bodyLimitBytes: 2 << 20,
    requestTimeoutSeconds: 0.5,
    trainTimeoutSeconds: 5400,
    guards: new Map(),
    recentScores: 20,
    logLevel: "debug",
    logFormat: "auto",
    slowRequestSeconds: 1,
  });
  const [inbound, outbound] = config.rules;
  assertEquals(inbound.prefix, "inbound");
  assertEquals(inbound.watchIntervalSeconds, 120);
  assertEquals(inbound.annExpireSeconds, 365 * 86_400);
  assertEquals(
    inbound.profiles,
    new Map([["default", ["A_SYMBOL", "B_SYMBOL"]]]),
  );
  assertEquals(inbound.spamScoreThreshold, 0.8);
  assertEquals(inbound.flatThresholdCurve, true);
  assertEquals(outbound.servesDefault, false);
  assertEquals(outbound.allowedSettings, ["authenticated", "local"]);
  assertEquals([outbound.prefix, outbound.name], ["out", "Outbound mail"]);
  assertEquals(
    outbound.blacklistedSymbols,
    new Set(["MISSING_MID", "GREYLIST", "DATE_IN_PAST"]),
  );
  assertEquals(outbound.profiles, new Map([["authenticated", ["ONE", "TWO"]]]));
});

Deno.test("all problems are told at once, each with its place", () => {
  const { config, problems } = load(
    `enabled = "yes"
max_trains = 1k;
train {
  max_usages = many;
  learn_mod = balanced;
  train_prob = 1.5;
}
= 5
.include(glob=true) "other.conf"
rules {
  a { ann_expire = soon; timeout = 5 }
  b = 5;
}
neurald { listen = "nowhere"; store = "mysql://x" }
password = 0123;
last = {
`,
    { "other.conf": "max_profiles = 0;\nprefix = ''" },
  );
  assertEquals(config, undefined);
  assertEquals(placesOf(problems), [
    "neural.conf:1:11 error enabled",
    "neural.conf:2:1 error max_trains",
    "neural.conf:3:1 warning train",
    "neural.conf:4:16 error train.max_usages",
    "neural.conf:5:3 error train.learn_mod",
    "neural.conf:6:16 error train.train_prob",
    "neural.conf:8:1 error ",
    "neural.conf:9:10 error ",
    "neural.conf:11:20 error rules.a.ann_expire",
    "neural.conf:11:26 error rules.a.timeout",
    "neural.conf:12:7 error rules.b",
    "neural.conf:14:20 error neurald.listen",
    "neural.conf:14:39 error neurald.store",
    "neural.conf:15:1 warning password",
    "neural.conf:15:12 error password",
    "neural.conf:16:1 error last",
    "neural.conf:16:8 error ",
    "other.conf:1:16 error max_profiles",
    "other.conf:2:10 error prefix",
  ]);
  assertEquals(
    formatProblems(problems.slice(6, 7)) + formatProblems(problems.slice(1, 2)),
    'neural.conf:8:1: error: "=" cannot begin a key; a key begins with a ' +
      "letter, a digit, _, / or a quotation mark\n" +
      "neural.conf:2:1: error: max_trains: belongs in train { }\n",
  );
});

Deno.test("what is missing in a broken file is not held against it", () => {
  const problems = problemsOf(
    "rules { a { default = false; x = { \n allowed_settings = all",
  );
  assertEquals(
    problems.filter((problem) => !problem.includes("is never closed")),
    ["1:30 error rules.a.x: unknown option"],
  );
});

Deno.test("a slip of syntax is told once, by the path of its option", () => {
  const text = `neural { rules {
  "LONG {
    train { max_trains = }
    symbol_spam = "A
  }
  SHORT {
    train { max_trains = ; max_usages = 'x
    }
    allowed_settings = [x, y
  }
}}
ann_expire = soon
}
lock_expire = never
`;
  assertEquals(placesOf(load(text).problems), [
    "neural.conf:2:10 error ",
    "neural.conf:3:26 error rules.LONG.train.max_trains",
    "neural.conf:4:21 error rules.LONG.symbol_spam",
    "neural.conf:7:26 error rules.SHORT.train.max_trains",
    "neural.conf:7:41 error rules.SHORT.train.max_usages",
    "neural.conf:10:3 error ",
    "neural.conf:12:1 error ann_expire",
    "neural.conf:13:1 error ",
    "neural.conf:14:1 error lock_expire",
  ]);
});

Deno.test("secrets are not told in problems", () => {
  const [problem] = problemsOf("password = 0123").filter((problem) =>
    problem.includes("error")
  );
  assertEquals(
    problem,
    "1:12 error password: expected a text; put it in quotation marks",
  );
  assertEquals(
    problemsOf('neurald { store = "rediss://:hunter2" }').join("")
      .includes("hunter2"),
    false,
  );
});

Deno.test("a file that is a list, missing or unreadable", () => {
  assertEquals(problemsOf("[1]"), [
    "1:1 error : expected options, found a list",
  ]);
  const missing = loadConfig("none.conf", { readText: () => undefined });
  assertEquals(
    formatProblems(missing.problems),
    "none.conf:1:1: error: cannot read this file: there is no such file\n",
  );
  const unreadable = loadConfig("secret.conf", {
    readText() {
      throw new Error("permission denied");
    },
  });
  assertEquals(
    formatProblems(unreadable.problems),
    "secret.conf:1:1: error: cannot read this file: permission denied\n",
  );
});

Deno.test("files are read from the disk", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = `${folder}/neural.conf`;
    Deno.writeTextFileSync(
      path,
      '\ufeffmax_profiles = 4; .include(try=true) "none/none.conf"\n' +
        '.include(try=true) "neural.conf/x"; .include "folder"',
    );
    Deno.mkdirSync(`${folder}/folder`);
    const { problems } = loadConfig(path);
    assertEquals(problems.map(({ line, message }) => [line, message]), [
      [2, `cannot read "${folder}/folder": not a regular file`],
    ]);
    Deno.writeFileSync(path, Uint8Array.of(65, 10, 10, 0xe9, 10));
    assertEquals(
      loadConfig(path).problems[0].message,
      "cannot read this file: line 3 is not UTF-8 text",
    );
    Deno.writeTextFileSync(path, "max_profiles = 4;");
    assertEquals(loadConfig(path).config?.maxProfiles, 4);
    Deno.writeTextFileSync(path, "# comment\n".repeat(200_000));
    assertStringIncludes(loadConfig(path).problems[0].message, "longer than");
    assertEquals(loadConfig(`${folder}/no.conf`).config, undefined);
    const pipe = `${folder}/pipe`;
    new Deno.Command("mkfifo", { args: [pipe] }).outputSync();
    assertStringIncludes(
      loadConfig(pipe).problems[0].message,
      "this is a pipe; give - in its place",
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("the number of problems is bounded", () => {
  const text = Array.from({ length: 20_000 }, (_, i) => `key${i} = 1;`).join(
    "\n",
  );
  const { problems } = load(text);
  assert(problems.length <= 1001);
});
