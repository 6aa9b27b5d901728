import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Host } from "../daemon/host.ts";
import { trainedHost } from "../daemon/trained_host.ts";
import { mail, mails } from "../engine/mail.ts";

const NOT_BY_ITSELF = "watch_interval = 1h;";

Deno.test("nothing is said while nothing is trained", async () => {
  await using host = await Host.start(NOT_BY_ITSELF);
  assertEquals((await host.post("/v1/score", mail("spam", 1))).json, {
    results: [],
  });
  await host.postLines("/v1/learn", mails(60));
  assertEquals((await host.post("/v1/score", mail("spam", 1))).json, {
    results: [],
  });
});

Deno.test("a score says what is to be inserted, and by which model", async () => {
  await using host = await trainedHost();
  for (
    const [mailClass, symbol, sign] of [
      ["spam", "NEURAL_SPAM", 1],
      ["ham", "NEURAL_HAM", -1],
    ] as const
  ) {
    const { json } = await host.post("/v1/score", mail(mailClass, 1000));
    const [result] = json.results;
    assertEquals(Object.keys(result).sort(), [
      "output",
      "probability",
      "rule",
      "score",
      "settings",
      "symbol",
      "threshold",
      "version",
    ]);
    assertEquals(result.rule, "default");
    assertEquals(result.settings, "default");
    assertEquals(result.symbol, symbol);
    assertEquals(result.version, 1);
    assertEquals(result.threshold, 0);
    assert(sign * (result.probability - 0.5) > 0.2, result.probability);
    assert(Math.abs(result.probability - 0.5) < 0.5);
    assertEquals(result.score, sign * result.output);
    assert(result.score > 0.5 && result.score <= 1, `${result.score}`);
  }
});

Deno.test("what is below the threshold inserts nothing", async () => {
  await using host = await trainedHost(
    NOT_BY_ITSELF +
      "spam_score_threshold = 1; ham_score_threshold = 0.1; flat_threshold_curve = true;",
  );
  const resultOf = async (mailClass: "spam" | "ham") =>
    (await host.post("/v1/score", mail(mailClass, 1000))).json.results[0];
  const spam = await resultOf("spam");
  assertEquals([spam.symbol, spam.score, spam.threshold], [null, 0, 1]);
  const ham = await resultOf("ham");
  assertEquals([ham.symbol, ham.score, ham.threshold], ["NEURAL_HAM", 1, 0.1]);
});

Deno.test("a score is explained symbol by symbol", async () => {
  await using host = await trainedHost();
  const scan = mail("spam", 1000);
  const explained = async (count: number) =>
    (await host.post(`/v1/score?explain=${count}`, scan)).json.results[0];
  const { contributions: all, output } = await explained(1000);
  const names = all.map(({ name }: { name: string }) => name);
  assertEquals(
    new Set(names),
    new Set([...Object.keys(scan.symbols), "base"]),
  );
  const sum = all.reduce(
    (sum: number, { contribution }: { contribution: number }) =>
      sum + contribution,
    0,
  );
  assertAlmostEquals(sum, output, 1e-6);
  assertEquals((await explained(2)).contributions, all.slice(0, 2));
  assertEquals((await explained(0)).contributions, undefined);
});

Deno.test("many scans are scored as one by one, wrong ones apart", async () => {
  await using host = await trainedHost();
  const scans = mails(20, 500);
  const lines = await host.postLines("/v1/score?explain=1", [
    ...scans,
    "{",
    { symbols: 1 },
  ]);
  assertEquals(lines.length, scans.length + 2);
  for (const [i, scan] of scans.entries()) {
    const { json } = await host.post("/v1/score?explain=1", scan);
    assertEquals(lines[i], json);
  }
  assertEquals(lines.slice(-2).map(({ status }) => status), [400, 400]);
});

Deno.test("spellings of the same scan have the same score", async () => {
  await using host = await trainedHost();
  const compact = { BAYES_SPAM: [3, 4], URIBL_BLACK: [0, 5], NEW: [1, 0] };
  const spellings = [
    compact,
    Object.fromEntries(
      Object.entries(compact).map(([name, [score, metric_score]]) => [
        name,
        { name, score, metric_score, options: ["99.9%"] },
      ]),
    ),
    Object.entries(compact).map(([name, [score, weight]]) => ({
      name,
      score,
      weight,
    })),
  ];
  const outputs = await Promise.all(
    spellings.map(async (symbols) =>
      (await host.post("/v1/score", { symbols })).json.results[0].output
    ),
  );
  assertEquals(new Set(outputs).size, 1);
});

Deno.test("scoring learns nothing", async () => {
  await using host = await trainedHost();
  const before = (await host.network()).pool;
  await host.postLines("/v1/score", mails(100, 5000));
  assertEquals((await host.network()).pool, before);
});

Deno.test("one rule is asked when it is named, in query or scan", async () => {
  await using host = await trainedHost(
    `rules { LONG { ${NOT_BY_ITSELF} } SHORT { ${NOT_BY_ITSELF} } }`,
  );
  const ask = (query: string, rule: unknown) =>
    host.post(`/v1/score${query}`, { ...mail("spam", 1), rule });
  const rulesOf = async (query: string, rule?: unknown) =>
    (await ask(query, rule)).json.results
      .map(({ rule }: { rule: string }) => rule);
  assertEquals(await rulesOf(""), ["LONG", "SHORT"]);
  assertEquals(await rulesOf("", null), ["LONG", "SHORT"]);
  assertEquals(await rulesOf("", "SHORT"), ["SHORT"]);
  assertEquals(await rulesOf("?rule=SHORT"), ["SHORT"]);
  assertEquals(await rulesOf("?rule=SHORT", "SHORT"), ["SHORT"]);
  const { status, json } = await ask("?rule=LONG", "SHORT");
  assertEquals(status, 400);
  assertEquals(json.error, "rule: the query names another one");
  assertEquals((await ask("", "LUNG")).status, 404);
});
