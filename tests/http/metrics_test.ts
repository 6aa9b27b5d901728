import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openStore } from "../../lib/store/open.ts";
import { Host } from "../daemon/host.ts";
import { trainedHost } from "../daemon/trained_host.ts";
import { mail, mails } from "../engine/mail.ts";
import { hasPromtool, promtool } from "../metrics/promtool.ts";
import { type Scrape, scrape } from "../metrics/scrape.ts";
import { head, RawConnection } from "./server/raw_connection.ts";
import { bearer, TOKENS, WITH_TOKENS } from "./access/tokens.ts";

const QUIET = "watch_interval = 1h;";

/** Each counter with its labels, by what it has come to. */
function countersOf({ families }: Scrape): Map<string, number> {
  return new Map(
    [...families.values()].flatMap(({ type, samples }) =>
      samples.filter(({ name }) => type !== "gauge" && !name.endsWith("_sum"))
        .map(({ name, labels, value }) => [
          name + JSON.stringify(labels),
          value,
        ])
    ),
  );
}

Deno.test("/metrics answers as a route does, in Prometheus' format", async () => {
  await using host = await Host.start(QUIET);
  const { headers } = await fetch(`${host.url}/metrics`, { method: "HEAD" });
  assertEquals(
    headers.get("content-type"),
    "text/plain; version=0.0.4; charset=utf-8",
  );
  assertEquals((await host.post("/metrics", {})).status, 405);
  const wrong = await host.ask("/metrics?rule=x");
  assertEquals(wrong.status, 400);
  assertStringIncludes(wrong.json.error, "rule");
  const { families } = await scrape(host);
  for (const { name, help } of families.values()) {
    assert(/^(neurald|process)_/.test(name), name);
    assert(help.endsWith(".") && help.length > 20, `${name}: ${help}`);
  }
  await host.checkWell();
});

Deno.test("every figure is what was done", async () => {
  await using host = await Host.start(`
    rules {
      A { ${QUIET} train { max_trains = 1000; } }
      B { symbol_spam = B_SPAM; symbol_ham = B_HAM; ${QUIET} autolearn { enabled = true; spam_score = 10; ham_score = -5; } }
    }
    neurald { guards { site { condition = "!GUARDED"; } } }`);
  // 30 of each class in lines, then one by one: again, and as the other class.
  await host.postLines("/v1/learn?rule=A", mails(30));
  await host.post("/v1/learn?rule=A", mail("spam", 0));
  await host.post("/v1/learn?rule=A", mail("ham", 40));
  await host.post("/v1/learn?rule=A", { class: "ham", symbols: {} });
  const undecided = mail("spam", 50, { class: undefined });
  await host.post("/v1/learn?rule=B", { ...undecided, score: 20 });
  await host.postLines("/v1/learn?rule=B", [
    { ...undecided, symbols: { GUARDED: 1 }, score: 20 },
    { ...undecided, score: 1 },
    "no JSON",
  ]);
  await host.post("/v1/train?rule=A", "");
  await host.post("/v1/train?rule=B", "");
  await host.post("/v1/score", mail("spam", 100));
  await host.postLines("/v1/score?rule=A", [
    mail("spam", 101),
    mail("ham", 102),
    mail("ham", 103),
    "no JSON",
  ]);
  // What somebody only tries out is not counted.
  const form = new URLSearchParams({ scan: JSON.stringify(mail("ham", 1)) });
  await (await fetch(`${host.url}/explain`, { method: "POST", body: form }))
    .body?.cancel();
  await host.ask("/nowhere/at/all");
  await host.ask("/v1/models/secret-name");
  await scrape(host);
  const found = await scrape(host);
  const expected: [string, Record<string, string>, number][] = [
    ["neurald_scores_total", { rule: "A", symbol: "spam" }, 2],
    ["neurald_scores_total", { rule: "A", symbol: "ham" }, 2],
    ["neurald_scores_total", { rule: "A", symbol: "none" }, 0],
    ["neurald_unscored_scans_total", { rule: "B" }, 1],
    [
      "neurald_learns_total",
      { class: "spam", outcome: "added", rule: "A" },
      30,
    ],
    ["neurald_learns_total", { class: "ham", outcome: "added", rule: "A" }, 31],
    ["neurald_learns_total", { outcome: "known", rule: "A" }, 1],
    ["neurald_learns_total", { outcome: "refused", rule: "A" }, 1],
    ["neurald_learns_refused_total", { reason: "no_symbols", class: "ham" }, 1],
    ["neurald_learns_total", { outcome: "added", rule: "B" }, 1],
    ["neurald_learns_total", { outcome: "refused", rule: "B" }, 2],
    ["neurald_learns_refused_total", { reason: "guard", rule: "B" }, 1],
    ["neurald_learns_total", { outcome: "failed" }, 0],
    // Of each message, about spam first and then about ham.
    ["neurald_guard_questions_total", { guard: "site" }, 5],
    ["neurald_guard_refusals_total", { guard: "site" }, 2],
    ["neurald_guard_failures_total", { guard: "site" }, 0],
    ["neurald_pool_samples", { rule: "A", state: "retained" }, 61],
    ["neurald_pool_samples", { rule: "A", state: "fresh" }, 0],
    ["neurald_pool_samples", { rule: "B", class: "spam" }, 1],
    ["neurald_pool_quarantined_samples", {}, 0],
    ["neurald_pool_missing_samples", { rule: "A", class: "ham" }, 1000],
    ["neurald_model_in_service", { rule: "A", settings: "default" }, 1],
    ["neurald_model_in_service", { rule: "B" }, 0],
    ["neurald_model_version", { rule: "A" }, 1],
    ["neurald_trainings_total", { rule: "A", outcome: "published" }, 1],
    ["neurald_trainings_total", { rule: "A" }, 1],
    ["neurald_trainings_total", { rule: "B", outcome: "failed" }, 1],
    ["neurald_training_duration_seconds_count", { rule: "A" }, 1],
    ["neurald_training_in_progress", {}, 0],
    ["neurald_training_locks", { holder: "nobody" }, 2],
    ["neurald_training_locks", { holder: "here" }, 0],
    ["neurald_store_up", {}, 1],
    ["neurald_store_errors_total", {}, 0],
    [
      "neurald_store_operation_duration_seconds_count",
      { operation: "publish" },
      1,
    ],
    [
      "neurald_http_request_duration_seconds_count",
      { route: "/v1/learn", status: "200" },
      6,
    ],
    ["neurald_http_request_duration_seconds_count", { route: "/v1/score" }, 2],
    ["neurald_http_request_duration_seconds_count", { route: "/metrics" }, 1],
    [
      "neurald_http_request_duration_seconds_count",
      { route: "/v1/models/:id", status: "404" },
      1,
    ],
    [
      "neurald_http_request_duration_seconds_count",
      { route: "none", status: "404" },
      1,
    ],
    ["neurald_http_requests_refused_total", {}, 0],
    ["neurald_http_requests_in_work", {}, 0],
    ["neurald_http_requests_in_work_limit", {}, 256],
    ["neurald_build_info", {}, 1],
  ];
  const wrong = expected.filter(([name, labels, value]) =>
    found.value(name, labels) !== value
  ).map(([name, labels, value]) =>
    `${name} ${JSON.stringify(labels)}: ${
      found.value(name, labels)
    }, not ${value}`
  );
  assertEquals(wrong, []);
  const network = await host.network({ rule: "A" });
  const { training, published_at } = network.model!;
  assertEquals(found.value("neurald_model_auc"), training!.figures!.auc);
  assertEquals(
    found.value("neurald_model_published_timestamp_seconds"),
    published_at,
  );
  assert(
    Math.abs(found.value("process_start_time_seconds") - Date.now() / 1000) <
      600,
  );
});

Deno.test("counters go on over a reload", async () => {
  const config =
    `${QUIET} autolearn { enabled = true; spam_score = 10; ham_score = -5; }
    neurald { guards { site { condition = "!GUARDED"; } } }`;
  await using host = await Host.start(config);
  await host.postLines("/v1/learn", mails(30));
  await host.post("/v1/train", "");
  const scan = mail("spam", 50, { class: undefined, score: 20 });
  const use = async () => {
    await host.post("/v1/score", scan);
    await host.post("/v1/learn", { ...scan, symbols: { GUARDED: 1 } });
  };
  await use();
  const before = countersOf(await scrape(host));
  await host.reconfigure(`${config} max_profiles = 5;`);
  const between = countersOf(await scrape(host));
  await use();
  const after = await scrape(host);
  for (const [name, value] of before) {
    assert(between.get(name)! >= value, name);
    assert(countersOf(after).get(name)! >= between.get(name)!, name);
  }
  assertEquals(after.value("neurald_scores_total"), 2);
  assertEquals(after.value("neurald_guard_refusals_total"), 4);
  assertEquals(after.value("neurald_trainings_total"), 1);
});

Deno.test("what rspamd's programs teach and train is counted, too", async () => {
  await using host = await trainedHost();
  const symbols = (await host.network()).model!.inputs;
  const vectors = (value: number) =>
    Array.from({ length: 3 }, (_, i) => [
      value,
      i / 7,
      ...new Array(symbols - 2).fill(0),
    ]);
  const { status, json } = await host.post("/plugins/neural/learn", {
    spam_vec: vectors(1),
    ham_vec: vectors(0.5),
  });
  assertEquals(status, 200, JSON.stringify(json));
  const message = "X-Spam-Status: Yes, score=9 tests=A,B\r\n\r\nHello\r\n";
  const learned = await host.ask("/plugins/neural/learn_message", {
    method: "POST",
    body: message,
    headers: { class: "spam" },
  });
  assertEquals(learned.status, 200, JSON.stringify(learned.json));
  const found = await scrape(host);
  const learns = (labels: Record<string, string>) =>
    found.value("neurald_learns_total", labels);
  assertEquals(learns({ class: "spam", outcome: "added" }), 60 + 3 + 1);
  assertEquals(learns({ class: "ham", outcome: "added" }), 60 + 3);
  // The first of trainedHost; the other may be under way.
  assert(found.value("neurald_trainings_total") >= 1);
});

Deno.test("tokens that are missing, wrong or too many are counted", async () => {
  await using host = await Host.start(WITH_TOKENS);
  const ask = (headers = {}) => host.ask("/v1/status", { headers });
  for (let i = 0; i < 3; i++) await ask();
  for (let i = 0; i < 12; i++) await ask(bearer(`wrong-${i}`));
  await using second = await Host.start(WITH_TOKENS);
  const none = await fetch(`${host.url}/metrics`);
  assertEquals(none.status, 401);
  await none.body?.cancel();
  // From this address no token that is unknown is looked at for now.
  const late = await fetch(`${host.url}/metrics`, {
    headers: bearer(TOKENS.read),
  });
  assertEquals(late.status, 429);
  await late.body?.cancel();
  await second.ask("/v1/status", { headers: bearer("wrong") });
  const found = await scrape(second, bearer(TOKENS.read));
  assertEquals(
    found.value("neurald_token_failures_total", { reason: "wrong" }),
    1,
  );
});

Deno.test("an overload is counted, and does not hide itself", async () => {
  await using host = await Host.start(`${QUIET} neurald { max_requests = 1; }`);
  using slow = await RawConnection.open(host.url);
  await slow.send(
    head({ path: "/v1/learn", headers: { "content-length": 10 } }),
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  assertEquals((await host.post("/v1/score", mail("spam", 1))).status, 503);
  const found = await scrape(host);
  assertEquals(found.value("neurald_http_requests_refused_total"), 1);
  assertEquals(found.value("neurald_http_requests_in_work"), 1);
  assertEquals(found.value("neurald_http_requests_in_work_limit"), 1);
});

Deno.test("10,000 names of rules and settings make few series", async () => {
  await using host = await Host.start(`
    allowed_settings = "all"; ${QUIET}
    neurald { max_settings = 10000; }`);
  const scans = Array.from({ length: 10_000 }, (_, i) => ({
    class: i % 2 ? "ham" : "spam",
    symbols: { A: 1, [`SECRET_${i % 10}`]: 1 },
    settings_id: `"${i}"{\\,`,
  }));
  await host.postLines("/v1/learn", scans);
  await host.postLines("/v1/score", scans);
  await host.postLines(
    "/v1/score",
    scans.map((scan, i) => ({ ...scan, rule: `rule ${i}` })),
  );
  await Promise.all(
    Array.from({ length: 200 }, (_, i) => host.ask(`/path/${i}`)),
  );
  const begin = performance.now();
  const response = await fetch(`${host.url}/metrics`);
  const text = await response.text();
  const tookMs = performance.now() - begin;
  const found = await scrape(host);
  assert(found.samples.length < 2000, `${found.samples.length} series`);
  assert(tookMs < 3000, `${tookMs} ms`);
  assertEquals(found.value("neurald_learns_total"), 10_000);
  assertEquals(found.value("neurald_pool_samples"), 10_000);
  assert(
    found.value("neurald_pool_samples", { settings: "other" }) > 9900,
  );
  assert(!text.includes("SECRET"));
  if (hasPromtool) assertEquals(await promtool(["check", "metrics"], text), "");
});

Deno.test("a lock that somebody else holds is told of", async () => {
  await using host = await Host.start(QUIET);
  await host.postLines("/v1/learn", mails(20));
  const series = (await host.network()).key;
  const other = await openStore(`sqlite:${host.path}`);
  try {
    assertEquals(await other.lock(series, "another host", 60), undefined);
    const { json } = await host.post("/v1/train", "");
    assertStringIncludes(json.reason, "another host holds the training lock");
    const found = await scrape(host);
    const locks = (holder: string) =>
      found.value("neurald_training_locks", { holder });
    assertEquals([locks("here"), locks("elsewhere"), locks("nobody")], [
      0,
      1,
      0,
    ]);
    const locked = { outcome: "locked" };
    assertEquals(found.value("neurald_trainings_total", locked), 1);
    assertEquals(found.find("neurald_training_duration_seconds_count"), []);
    await other.unlock(series, "another host");
  } finally {
    await other.close();
  }
  assert((await host.post("/v1/train", "")).json.trained);
  const nobody = { holder: "nobody" };
  const found = await scrape(host);
  assertEquals(found.value("neurald_training_locks", nobody), 1);
});
