import { assert, assertEquals } from "@std/assert";
import { configOf, Host } from "../daemon/host.ts";
import { mail, mails } from "../engine/mail.ts";

Deno.test("one scan is answered in short, and for each rule", async () => {
  await using host = await Host.start("rules { LONG { } SHORT { } }");
  const { status, json } = await host.post("/v1/learn", mail("spam", 1));
  assertEquals(status, 200);
  assertEquals(json, {
    learned: true,
    class: "spam",
    results: ["LONG", "SHORT"].map((rule) => ({
      rule,
      settings: "default",
      learned: true,
      class: "spam",
      outcome: "added",
    })),
  });
});

Deno.test("what was learned before is known, or moves", async () => {
  await using host = await Host.start("");
  const outcomeOf = async (scan: unknown) =>
    (await host.post("/v1/learn", scan)).json.results[0].outcome;
  assertEquals(await outcomeOf(mail("spam", 1)), "added");
  assertEquals(await outcomeOf(mail("spam", 1)), "known");
  assertEquals(await outcomeOf(mail("spam", 1, { class: "ham" })), "moved");
  assertEquals((await host.network()).pool?.fresh, { spam: 0, ham: 1 });
});

Deno.test("a rule is taught alone when it is named, in query or scan", async () => {
  await using host = await Host.start("rules { LONG { } SHORT { } }");
  const rulesOf = async (path: string, scan: unknown) => {
    const { json } = await host.post(path, scan);
    return json.results.map(({ rule }: { rule: string }) => rule);
  };
  const scan = mail("spam", 1);
  assertEquals(await rulesOf("/v1/learn?rule=LONG", scan), ["LONG"]);
  assertEquals(await rulesOf("/v1/learn", { ...scan, rule: "SHORT" }), [
    "SHORT",
  ]);
  assertEquals(
    await rulesOf("/v1/learn?rule=LONG", { ...scan, rule: "LONG" }),
    ["LONG"],
  );
  const both = await host.post("/v1/learn?rule=LONG", {
    ...scan,
    rule: "SHORT",
  });
  assertEquals(both.status, 400);
  assertEquals(both.json.error, "rule: the query names another one");
  assertEquals(
    await rulesOf("/v1/learn?rule=LONG", { ...scan, rule: null }),
    ["LONG"],
  );
});

Deno.test("what is not learned has a reason", async () => {
  await using host = await Host.start("");
  const { class: _, ...unlabelled } = mail("spam", 1);
  const cases: [scan: unknown, reason: RegExp][] = [
    [unlabelled, /verdict: uncertain/],
    [{ ...unlabelled, class: null }, /verdict: uncertain/],
    [{ symbols: {}, class: "spam" }, /no symbol/],
    [{ symbols: { NEURAL_SPAM: 1 }, class: "spam" }, /no symbol/],
    [mail("spam", 1, { settings_id: "other" }), /allowed_settings/],
    [{ ...unlabelled, passthrough_module: "x" }, /passthrough/],
  ];
  for (const [scan, reason] of cases) {
    const { status, json } = await host.post("/v1/learn", scan);
    assertEquals(status, 200);
    assertEquals(json.learned, false);
    assert(reason.test(json.reason), json.reason);
    assert(reason.test(json.results[0].reason));
  }
  assertEquals(
    host.sql((database) =>
      database.prepare("SELECT count(*) AS n FROM samples").get()?.n
    ),
    0,
  );
});

Deno.test("lines that are wrong do not keep the others back", async () => {
  await using host = await Host.start("rules { LONG { } SHORT { } }");
  const answers = await host.postLines("/v1/learn", [
    mail("spam", 1),
    "{",
    mail("ham", 1),
    "",
    "   ",
    { symbols: { A: "x" } },
    { ...mail("spam", 2), class: "sapm" },
    { ...mail("spam", 2), rule: "LUNG" },
    "null",
    mail("ham", 2, { rule: "LONG" }),
    { symbols: { A: 1 }, metatokens: [1] },
    mail("spam", 3),
  ]);
  // Empty lines are not answered.
  assertEquals(
    answers.map(({ learned, status }) => learned ?? status),
    [true, 400, true, 400, 400, 404, 400, true, 400, true],
  );
  for (const { error } of answers.filter(({ status }) => status)) {
    assert(error.length > 5 && !error.includes("\n"), error);
  }
  const pools = await Promise.all(
    ["LONG", "SHORT"].map((rule) => host.network({ rule })),
  );
  assertEquals(pools.map(({ pool }) => pool?.fresh), [
    { spam: 2, ham: 2 },
    { spam: 2, ham: 1 },
  ]);
  assertEquals(host.logged("error"), []);
});

Deno.test("no line is no answer", async () => {
  await using host = await Host.start("");
  assertEquals(await host.postLines("/v1/learn", []), []);
  assertEquals(await host.postLines("/v1/learn", ["", "\r", " "]), []);
  assertEquals(await host.postLines("/v1/score", ["", "\n"]), []);
});

Deno.test("lines may end as on Windows, and be of any type's spelling", async () => {
  await using host = await Host.start("");
  const types = [
    "application/x-ndjson",
    "application/x-ndjson; charset=utf-8",
    "Application/X-NDJSON",
    "application/ndjson",
    "application/jsonl; charset=utf-8",
    "application/x-jsonlines",
  ];
  for (const [i, type] of types.entries()) {
    const response = await fetch(`${host.url}/v1/learn`, {
      method: "POST",
      body: mails(2, 10 * i).map((scan) => JSON.stringify(scan) + "\r\n")
        .join(""),
      headers: { "content-type": type },
    });
    assertEquals(response.headers.get("content-type"), "application/x-ndjson");
    const lines = (await response.text()).trimEnd().split("\n");
    assertEquals(lines.length, 4);
  }
  assertEquals((await host.network()).pool?.fresh, { spam: 12, ham: 12 });
});

Deno.test("five megabytes of lines are learned, and answered one by one", async () => {
  await using host = await Host.start("");
  const scans = mails(6000).map((scan, i) => ({
    ...scan,
    symbols: { ...scan.symbols, [`FILLER_${"x".repeat(240)}${i % 7}`]: 1 },
  }));
  const size = JSON.stringify(scans).length;
  assert(size > 5_000_000, `${size}`);
  const answers = await host.postLines("/v1/learn", scans);
  assertEquals(answers.length, scans.length);
  for (const [i, answer] of answers.entries()) {
    assertEquals(answer.learned, true);
    assertEquals(answer.class, scans[i].class);
  }
  assertEquals((await host.network()).pool?.fresh, { spam: 6000, ham: 6000 });
});

/** Sends a line many times from another process, and counts the answers. */
async function linesFromElsewhere(
  url: string,
  line: string,
  count: number,
): Promise<number> {
  const script = `
    const [url, line, count] = Deno.args;
    const headers = { "content-type": "application/x-ndjson" };
    const body = line.repeat(Number(count));
    const response = await fetch(url, { method: "POST", body, headers });
    console.log((await response.text()).split("\\n").length - 1);
  `;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", script, url, line, String(count)],
    stderr: "inherit",
  }).output();
  return Number(new TextDecoder().decode(stdout));
}

Deno.test("other requests are answered while many lines are", async () => {
  await using host = await Host.start("");
  const count = 400_000;
  let isDone = false;
  const start = performance.now();
  const lines = linesFromElsewhere(`${host.url}/v1/score`, "1\n", count)
    .finally(() => isDone = true);
  let slowest = 0;
  let asked = 0;
  while (!isDone) {
    const begin = performance.now();
    await host.ask("/healthz");
    slowest = Math.max(slowest, performance.now() - begin);
    asked++;
  }
  assertEquals(await lines, count);
  assert(asked > 3, `asked ${asked} times`);
  const total = performance.now() - start;
  assert(slowest < total / 3, `${slowest} of ${total} ms`);
});

Deno.test("more lines than answers can be kept for are refused", async () => {
  // Each line is answered for each rule, so the answers are long.
  const rules = Array.from(
    { length: 40 },
    (_, i) => `R${i} { symbol_spam = "S${i}"; symbol_ham = "H${i}"; }`,
  );
  await using host = await Host.start(`rules { ${rules.join(" ")} }`);
  const response = await fetch(`${host.url}/v1/learn`, {
    method: "POST",
    body: '{"symbols":{}}\n'.repeat(30_000),
    headers: { "content-type": "application/x-ndjson" },
  });
  const lines = (await response.text()).trimEnd().split("\n");
  assert(lines.length > 1000 && lines.length < 30_000, `${lines.length}`);
  assertEquals(JSON.parse(lines.at(-2)!).learned, false);
  const { error, status } = JSON.parse(lines.at(-1)!);
  assertEquals([error, status], [
    "too many lines in a request; the rest was not read",
    413,
  ]);
  assertEquals((await host.ask("/healthz")).status, 200);
});

Deno.test("the pool keeps the newest, up to its bound", async () => {
  const config = "train { max_trains = 5; } neurald { max_pool = 10; }";
  await using host = await Host.start(config + "watch_interval = 1h;");
  assertEquals(configOf(config).neurald.maxPool, 10);
  const answers = await host.postLines("/v1/learn", mails(30));
  assert(answers.every(({ learned }) => learned));
  assertEquals((await host.network()).pool?.fresh, { spam: 10, ham: 10 });
  const known = await host.postLines("/v1/learn", mails(10, 20));
  assert(known.every(({ results }) => results[0].outcome === "known"));
});

Deno.test("reasons of several rules are told once, or name their rules", async () => {
  const rules = "A { } B { } C { default = false; allowed_settings = [x]; }";
  await using host = await Host.start(`rules { ${rules} }`);
  const reasonOf = async (scan: unknown) =>
    (await host.post("/v1/learn", scan)).json.reason;
  const empty = { symbols: {}, class: "spam" };
  const nothing = "the scan has no symbol that counts";
  assertEquals(
    await reasonOf(empty),
    `A, B: ${nothing}; C: rule C does not serve messages without settings (default = false)`,
  );
  assertEquals(await reasonOf({ ...empty, rule: "A" }), nothing);
  await host.restart("rules { A { } B { } }");
  assertEquals(await reasonOf(empty), nothing);
});
