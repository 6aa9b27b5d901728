import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { AutolearnRegistry } from "../../lib/policy/autolearn/registry.ts";
import { Host } from "../daemon/host.ts";
import { mail, mails } from "./mail.ts";

/** A message that nobody labelled, and that scores so. */
function scored(number: number, score: number, changes: object = {}) {
  const { symbols } = mail(score > 0 ? "spam" : "ham", number);
  return { symbols, score, action: "no action", ...changes };
}

/** A rule that learns by autolearn. */
const withAutolearn = (autolearn: string, train = "max_trains = 100;") =>
  `watch_interval = 1h; train { learn_mode = proportional; ${train} }
   autolearn { enabled = true; spam_score = 6; ham_score = -2; ${autolearn} }`;

Deno.test("autolearn decides where no class is given, and its reason is told", async () => {
  await using host = await Host.start(
    withAutolearn("skip_symbols = GREYLIST; exclude_local = true;"),
  );
  const learn = async (scan: object) =>
    (await host.post("/v1/learn", scan)).json;
  assertEquals((await learn(scored(1, 7))).class, "spam");
  assertEquals((await learn(scored(2, -3))).class, "ham");
  const refused: [object, string][] = [
    [{}, "score 1.00 < spam_score 6.00"],
    [{ user: "alice" }, "authenticated user"],
    [{ ip: "192.168.1.4" }, "local network message"],
    [{ symbols: { GREYLIST: 0 } }, "has forbidden symbol: GREYLIST"],
  ];
  for (const [changes, reason] of refused) {
    const { learned, results, ...rest } = await learn(scored(3, 1, changes));
    assertEquals([learned, rest.reason], [false, reason]);
    assertEquals(results[0].reason, reason);
  }
  // What somebody says needs no condition.
  const taught = { ...scored(4, 1, { user: "alice" }), class: "ham" };
  assertEquals((await learn(taught)).learned, true);
  assertEquals((await host.network()).pool?.fresh, { spam: 1, ham: 2 });
});

Deno.test("frozen, autotrain, passthrough and balance apply all the same", async () => {
  const cases: [string, object, string][] = [
    ["frozen = true;", {}, "train.frozen"],
    ["autotrain = no;", {}, "autotrain is off"],
    ["max_trains = 1;", { passthrough_module: "x" }, "passthrough"],
    ["spam_skip_prob = 0.9;", {}, "spam_skip_prob is 0.9"],
  ];
  for (const [train, changes, reason] of cases) {
    await using host = await Host.start(withAutolearn("", train));
    const { json } = await host.post("/v1/learn", scored(1, 7, changes));
    assertEquals(json.learned, false);
    assertStringIncludes(json.reason, reason);
  }
});

Deno.test("rules differ in what they learn by themselves", async () => {
  await using host = await Host.start(`rules {
    AUTO { autolearn {
      enabled = true; spam_condition = "BAYES_SPAM & !WHITELIST";
      sampling { ham_prob = 0 }
    } symbol_spam = A; symbol_ham = B; }
    BY_VERDICT { }
  }`);
  const { json } = await host.post("/v1/learn", {
    symbols: { BAYES_SPAM: 4, OTHER: 1 },
    action: "no action",
  });
  assertEquals(
    json.results.map(({ rule, learned, reason }: Record<string, unknown>) => [
      rule,
      learned,
      reason,
    ]),
    [
      ["AUTO", true, undefined],
      ["BY_VERDICT", false, "verdict: uncertain"],
    ],
  );
  const listed = await host.post("/v1/learn", {
    symbols: { BAYES_SPAM: 4, WHITELIST: -1 },
    rule: "AUTO",
  });
  assertEquals(
    listed.json.reason,
    "spam_condition not satisfied: BAYES_SPAM & !WHITELIST",
  );
});

Deno.test("a day has a limit for each class, which those who share the store share", async () => {
  await using host = await Host.start(
    withAutolearn("rate_limit { enabled = true; max_daily = 3 }"),
  );
  const spam = [1, 2, 3, 4, 5].map((number) => scored(number, 7));
  const answers = await host.postLines("/v1/learn", spam.slice(0, 4));
  assertEquals(answers.map(({ learned }) => learned), [
    true,
    true,
    true,
    false,
  ]);
  const { json } = await host.post("/v1/learn", spam[4]);
  assertEquals(
    json.reason,
    "rate limit: 3 spam were learned today, max_daily is 3",
  );
  assertEquals(
    (await host.post("/v1/learn", scored(6, -3))).json.learned,
    true,
  );
  // What people say is not limited.
  const taught = { ...scored(7, 7), class: "spam" };
  assertEquals((await host.post("/v1/learn", taught)).json.learned, true);
  assertEquals((await host.network()).pool?.fresh, { spam: 4, ham: 1 });
  await using other = await Host.start(
    withAutolearn("rate_limit { enabled = true; max_daily = 3 }"),
    { store: host.path },
  );
  assertEquals((await other.post("/v1/learn", spam[4])).json.learned, false);
});

Deno.test("settings that the limit left without a sample are forgotten", async () => {
  await using host = await Host.start(
    withAutolearn("rate_limit { enabled = true; max_daily = 0 }") +
      ' allowed_settings = "all"; ',
  );
  const scan = scored(1, 7, { settings_id: "new" });
  const { json } = await host.post("/v1/learn", scan);
  assertEquals(
    json.reason,
    "rate limit: 0 spam were learned today, max_daily is 0",
  );
  const { rules } = await host.status();
  assertEquals(rules.default.networks, []);
});

Deno.test("what the network is sure of is not learned again", async () => {
  const check = "probability_check { enabled = true; spam_min = 0.6; }";
  await using host = await Host.start(withAutolearn(check));
  // Nothing is known before there is a network.
  assertEquals(
    (await host.post("/v1/learn", scored(900, 7))).json.learned,
    true,
  );
  await host.postLines("/v1/learn", mails(100));
  assert((await host.post("/v1/train", "")).json.trained);
  const scan = scored(901, 7);
  const { results } = (await host.post("/v1/score", scan)).json;
  const [{ probability }] = results;
  assert(probability > 0.6, `${probability}`);
  const { json } = await host.post("/v1/learn", scan);
  assertEquals(
    json.reason,
    `already confident spam: ${probability.toFixed(2)} >= 0.60`,
  );
  const unsure = { ...scan, variables: { neural_prob: 0.5 } };
  assertEquals((await host.post("/v1/learn", unsure)).json.learned, true);
});

Deno.test("programs set what holds unless a rule says otherwise", async () => {
  const autolearn = new AutolearnRegistry();
  autolearn.configure({ enabled: true, spamScore: 4, hamScore: -4 });
  await using host = await Host.start(
    `rules { ONE { } TWO { symbol_spam = A; symbol_ham = B;
       autolearn { spam_score = 9 } } THREE { symbol_spam = C; symbol_ham = D;
       autolearn { enabled = false } } }`,
    { autolearn },
  );
  const reasons = async () => {
    const { json } = await host.post("/v1/learn", scored(1, 3));
    return json.results.map(({ reason }: { reason: string }) => reason);
  };
  assertEquals(await reasons(), [
    "score 3.00 < spam_score 4.00",
    "score 3.00 < spam_score 9.00",
    "verdict: uncertain",
  ]);
  autolearn.configure({ spamScore: 5 });
  assertEquals((await reasons())[0], "score 3.00 < spam_score 5.00");
});

Deno.test("what goes ill together later teaches nothing, and is logged once", async () => {
  const autolearn = new AutolearnRegistry();
  await using host = await Host.start(
    "autolearn { sampling { ham_prob = 1 } }",
    { autolearn },
  );
  const sampling = { hamProbability: 0 };
  autolearn.configure({ enabled: true, spamScore: 4, sampling });
  for (let i = 0; i < 3; i++) {
    const { json } = await host.post("/v1/learn", scored(i, 7));
    assertEquals(json.learned, false);
    assertStringIncludes(json.reason, "every message would be learned as ham");
  }
  assertEquals(host.logged("error").length, 1);
});
