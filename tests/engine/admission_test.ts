import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Host } from "../daemon/host.ts";
import { mail } from "./mail.ts";

/** The outcome for a scan that nobody has labelled. */
interface Outcome {
  learned: boolean;
  class?: string;
  reason?: string;
  results: { class?: string }[];
}

/** A message whose score tells what it is, and who it is. */
function scored(number: number, score: number) {
  const { symbols } = mail(score > 0 ? "spam" : "ham", number);
  return { symbols, score, action: "no action" };
}

/** A rule that goes by scores. */
const byScore = (train: string) =>
  `watch_interval = 1h; train { spam_score = 5; ham_score = -5; ${train} }`;

Deno.test("balanced: a class that is ahead waits for the other", async () => {
  let coin = 0.5;
  await using host = await Host.start(byScore("max_trains = 10;"), {
    random: () => coin,
  });
  let number = 0;
  const learn = async (score: number): Promise<Outcome> =>
    (await host.post("/v1/learn", scored(number++, score))).json;
  assertEquals((await learn(7)).learned, true);
  // 1 spam, 0 ham: a second spam is always skipped.
  coin = 0.999;
  const skipped = await learn(7);
  assertEquals(skipped.learned, false);
  assertEquals(skipped.results[0].class, "spam");
  assertStringIncludes(skipped.reason!, "1 spam and 0 ham");
  assertEquals((await learn(-7)).learned, true);
  // 1 and 1: either is welcome.
  coin = 0;
  assertEquals((await learn(-7)).learned, true);
  // 1 spam, 2 ham: the rate is 1 − 1/3.
  coin = 0.66;
  assertEquals((await learn(-7)).learned, false);
  coin = 0.67;
  assertEquals((await learn(-7)).learned, true);
  assertEquals((await host.network()).pool?.fresh, { spam: 1, ham: 3 });
});

Deno.test("balanced: the bias lets a class get ahead", async () => {
  await using host = await Host.start(
    byScore("max_trains = 10; classes_bias = 0.75;"),
    { random: () => 0.25 },
  );
  const outcomes: boolean[] = [];
  for (let i = 0; i < 3; i++) {
    outcomes.push(
      (await host.post("/v1/learn", scored(i, 7))).json.learned,
    );
  }
  // The rate is 1 − 0/2 − 0.75 = 0.25, then the same.
  assertEquals(outcomes, [true, true, true]);
});

Deno.test("proportional: each class is skipped by its own chance", async () => {
  let coin = 0.5;
  await using host = await Host.start(
    byScore(
      "learn_mode = proportional; max_trains = 3; spam_skip_prob = 0.6; ham_skip_prob = 0.1;",
    ),
    { random: () => coin },
  );
  let number = 0;
  const learn = async (score: number): Promise<Outcome> =>
    (await host.post("/v1/learn", scored(number++, score))).json;
  assertStringIncludes((await learn(7)).reason!, "spam_skip_prob is 0.6");
  assertEquals((await learn(-7)).learned, true);
  coin = 0.1;
  assertStringIncludes((await learn(-7)).reason!, "ham_skip_prob is 0.1");
  coin = 0.61;
  for (let i = 0; i < 4; i++) assertEquals((await learn(7)).learned, true);
  const enough = await learn(7);
  assertStringIncludes(enough.reason!, "4 samples are kept, max_trains is 3");
});

Deno.test("train_prob: most are not looked at", async () => {
  let coin = 0.69;
  await using host = await Host.start(
    byScore("learn_mode = proportional; train_prob = 0.3;"),
    { random: () => coin },
  );
  const skipped = await host.post("/v1/learn", scored(1, 7));
  assertStringIncludes(skipped.json.reason, "train_prob is 0.3");
  coin = 0.71;
  assertEquals((await host.post("/v1/learn", scored(1, 7))).json.learned, true);
});

Deno.test("lines of one request are admitted one after the other", async () => {
  await using host = await Host.start(byScore("max_trains = 10;"), {
    random: () => 0.5,
  });
  const scans = [7, 7, -7, -7, 7, 7].map((score, i) => scored(i, score));
  const answers = await host.postLines("/v1/learn", scans);
  assertEquals(
    answers.map(({ learned }) => learned),
    [true, false, true, true, true, true],
  );
});

Deno.test("what somebody says is learned, whatever the balance", async () => {
  await using host = await Host.start(
    byScore("max_trains = 2; train_prob = 0; frozen = true; autotrain = no;"),
  );
  for (let i = 0; i < 10; i++) {
    const { json } = await host.post("/v1/learn", {
      ...scored(i, -7),
      class: "spam",
    });
    assertEquals([json.learned, json.class], [true, "spam"]);
  }
  assertEquals((await host.network()).pool?.fresh, { spam: 10, ham: 0 });
});

Deno.test("without a class, nothing is learned where it is turned off", async () => {
  for (
    const [option, said] of [
      ["frozen = true;", "train.frozen"],
      ["autotrain = false;", "autotrain is off"],
    ]
  ) {
    await using host = await Host.start(byScore(option));
    const { json } = await host.post("/v1/learn", scored(1, 7));
    assertEquals(json.learned, false);
    assertStringIncludes(json.reason, said);
  }
});

/** Scores of symbols, and what they are taken for with an action. */
const VERDICTS: [action: string, scores: number[], class_?: string][] = [
  ["reject", [5, 5], "spam"],
  ["reject", [5, -1]],
  ["add header", [1, 2, 3], "spam"],
  ["add header", [1, 2, -3]],
  ["rewrite subject", [1, 2, 3], "spam"],
  ["soft reject", [5, 5, 5]],
  ["greylist", [5, 5, 5]],
  ["no action", [-1], "ham"],
  ["no action", [8, -1, -1, -1, -1], "ham"],
  ["no action", [8, -1, -1, -1]],
  ["no action", [1]],
];

Deno.test("without scores, the filter's verdict decides", async () => {
  await using host = await Host.start(
    "watch_interval = 1h; train { learn_mode = proportional; }",
  );
  for (const [i, [action, scores, expected]] of VERDICTS.entries()) {
    const symbols = Object.fromEntries(scores.map((score, k) => [
      `S${i}_${k}`,
      score,
    ]));
    const score = scores.reduce((sum, x) => sum + x, 0);
    const { json } = await host.post("/v1/learn", { symbols, action, score });
    assertEquals(json.class, expected, `${action} ${scores}`);
    assertEquals(json.learned, expected !== undefined);
    if (!expected) assertEquals(json.reason, "verdict: uncertain");
  }
});

Deno.test("one score may be configured, and the verdict decides the rest", async () => {
  await using host = await Host.start(
    "watch_interval = 1h; train { learn_mode = proportional; spam_score = 5; }",
  );
  const outcomeOf = async (scan: unknown): Promise<Outcome> =>
    (await host.post("/v1/learn", scan)).json;
  assertEquals((await outcomeOf(scored(1, 5))).class, "spam");
  assertEquals((await outcomeOf(scored(2, -1))).class, "ham");
  const neither = await outcomeOf({
    symbols: { A: 4 },
    score: 4,
    action: "no action",
  });
  assertEquals(neither.learned, false);
  assertStringIncludes(neither.reason!, "score 4 < spam_score 5");
  const unknown = await outcomeOf({ symbols: { A: 4 } });
  assertStringIncludes(unknown.reason!, "no score");
  // A class is enough without one.
  assert((await outcomeOf({ symbols: { A: 4 }, class: "ham" })).learned);
});

Deno.test("in bulk a sample counts once, and where it was said to be last", async () => {
  await using host = await Host.start(
    byScore("learn_mode = proportional; max_trains = 3;"),
  );
  const learnedOf = async (scans: unknown[]) =>
    (await host.postLines("/v1/learn", scans)).map(({ learned }) => learned);
  const same = scored(1, 7);
  // There is place for four: repeats take none.
  const others = [2, 3, 4, 5].map((number) => scored(number, 7));
  assertEquals(
    await learnedOf([same, same, same, ...others]),
    [true, true, true, true, true, true, false],
  );
  assertEquals((await host.network()).pool?.fresh, { spam: 4, ham: 0 });
  // Four hams, of which one was said to be spam in the end, leave a place.
  const hams = [1, 2, 3, 4].map((number) => scored(number, -7));
  assertEquals(
    await learnedOf([
      ...hams,
      { ...hams[0], class: "spam" },
      scored(5, -7),
      scored(6, -7),
    ]),
    [true, true, true, true, true, true, false],
  );
});
