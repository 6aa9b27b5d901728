import { assert, assertEquals } from "@std/assert";
import { Host } from "../daemon/host.ts";
import { until } from "../daemon/until.ts";
import { mail, mails } from "./mail.ts";

/** As in the manual, with smaller numbers. */
const LONG_AND_SHORT = `
rules {
  LONG {
    train { max_trains = 60; max_usages = 200; }
    symbol_spam = NEURAL_SPAM_LONG; symbol_ham = NEURAL_HAM_LONG;
    watch_interval = 50ms; ann_expire = 100d;
  }
  SHORT {
    train { max_trains = 20; max_usages = 2; }
    symbol_spam = NEURAL_SPAM_SHORT; symbol_ham = NEURAL_HAM_SHORT;
    watch_interval = 50ms; ann_expire = 1d;
  }
}`;

/** Names of the symbols that the model of a rule looks at. */
function symbolsOf(host: Host, key: string): string[] {
  const record = host.sql((database) =>
    database.prepare("SELECT record FROM profiles WHERE key = ?").get(key)!
      .record as string
  );
  return JSON.parse(record).symbols;
}

Deno.test("a long and a short rule learn the same mail, each in its time", async () => {
  await using host = await Host.start(LONG_AND_SHORT);
  await host.postLines("/v1/learn", mails(20));
  await until(
    "the short rule is trained",
    async () => (await host.network({ rule: "SHORT" })).model,
  );
  const long = await host.network({ rule: "LONG" });
  assertEquals([long.model, long.pool?.fresh.spam], [null, 20]);
  const first = await host.post("/v1/score", mail("spam", 500));
  assertEquals(
    first.json.results.map(({ symbol }: { symbol: string }) => symbol),
    ["NEURAL_SPAM_SHORT"],
  );
  await host.postLines("/v1/learn", mails(40, 100));
  await until(
    "the long rule is trained",
    async () => (await host.network({ rule: "LONG" })).model,
  );
  const both = await host.post("/v1/score", mail("ham", 500));
  assertEquals(
    both.json.results.map(({ rule, symbol }: Record<string, string>) => [
      rule,
      symbol,
    ]),
    [["LONG", "NEURAL_HAM_LONG"], ["SHORT", "NEURAL_HAM_SHORT"]],
  );
});

Deno.test("neurald does not learn from what neurald said", async () => {
  await using host = await Host.start(
    LONG_AND_SHORT.replaceAll("50ms", "1h") + "blacklisted_symbols = [BAD];",
  );
  const own = [
    "NEURAL_SPAM_LONG",
    "NEURAL_HAM_LONG",
    "NEURAL_SPAM_SHORT",
    "NEURAL_HAM_SHORT",
    "BAD",
  ];
  const echo = mails(40).map((scan) => ({
    ...scan,
    symbols: {
      ...scan.symbols,
      ...Object.fromEntries(
        own.filter((name) =>
          name === "BAD" || name.includes(scan.class!.toUpperCase())
        ).map((name) => [name, [1, 1]]),
      ),
    },
  }));
  await host.postLines("/v1/learn", echo);
  assert((await host.post("/v1/train", "")).json.trained);
  for (const rule of ["LONG", "SHORT"]) {
    const { model } = await host.network({ rule });
    const symbols = symbolsOf(host, model!.key);
    assert(symbols.includes("BAYES_SPAM"));
    assertEquals(symbols.filter((name) => own.includes(name)), []);
  }
  // Nor does it believe itself when it scores.
  const scan = mail("ham", 500);
  const scoreOf = async (symbols: Record<string, unknown>) =>
    (await host.post("/v1/score", { symbols })).json.results[0].output;
  assertEquals(
    await scoreOf({ ...scan.symbols, NEURAL_SPAM_LONG: [3, 3], BAD: 1 }),
    await scoreOf(scan.symbols),
  );
});

Deno.test("a new symbol costs no stored sample, and is learned by the next network", async () => {
  await using host = await Host.start("watch_interval = 1h;");
  await host.postLines("/v1/learn", mails(40));
  assert((await host.post("/v1/train", "")).json.trained);
  const before = (await host.network()).model!;
  assertEquals(symbolsOf(host, before.key).includes("NEW_SYMBOL"), false);

  const withNew = mails(40, 100).map((scan) => ({
    ...scan,
    symbols: scan.class === "spam"
      ? { ...scan.symbols, NEW_SYMBOL: [1, 1] as [number, number] }
      : scan.symbols,
  }));
  await host.postLines("/v1/learn", withNew);
  const pool = (await host.network()).pool!;
  assertEquals(pool.retained, { spam: 40, ham: 40 });
  assertEquals(pool.fresh, { spam: 40, ham: 40 });
  // The model before answers for scans with the new symbol.
  const scored = await host.post("/v1/score", withNew[0]);
  assertEquals(scored.json.results[0].version, 1);

  assert((await host.post("/v1/train", "")).json.trained);
  const { model, last_training, pool: after } = await host.network();
  assertEquals(model!.version, 2);
  assert(model!.digest !== before.digest);
  assert(symbolsOf(host, model!.key).includes("NEW_SYMBOL"));
  const { spam, ham } = last_training!.trained_on!;
  assert(spam > 60 && ham > 60, `${spam} ${ham}`);
  assertEquals(after!.retained, { spam: 80, ham: 80 });
});

Deno.test("a configured profile that changes keeps samples and service", async () => {
  const config = (symbols: string) =>
    `watch_interval = 1h; profile { default = [${symbols}]; }`;
  await using host = await Host.start(config("BAYES_SPAM, BAYES_HAM"));
  await host.postLines("/v1/learn", mails(40));
  assert((await host.post("/v1/train", "")).json.trained);
  const changed = "BAYES_SPAM, URIBL_BLACK, R_DKIM_ALLOW, R_SPF_ALLOW";
  for (const change of [host.reconfigure, host.restart]) {
    await change.call(host, config(changed));
    const { model, pool } = await host.network();
    assertEquals(model?.version, 1);
    assertEquals(pool?.retained, { spam: 40, ham: 40 });
    const { json } = await host.post("/v1/score", {
      symbols: { BAYES_SPAM: [3, 3] },
    });
    assertEquals(json.results[0].version, 1);
  }
  assert((await host.post("/v1/train", "")).json.trained);
  const { model, last_training } = await host.network();
  assertEquals(model?.version, 2);
  assertEquals(
    symbolsOf(host, model!.key),
    ["BAYES_SPAM", "R_DKIM_ALLOW", "R_SPF_ALLOW", "URIBL_BLACK"],
  );
  assert(last_training!.trained_on!.spam > 25);
});

Deno.test("a rule leaves out what is blacklisted for it, and others do not", async () => {
  await using host = await Host.start(
    `rules {
       LONG { watch_interval = 1h; blacklisted_symbols = [BAYES_SPAM]; }
       SHORT { watch_interval = 1h; symbol_spam = OWN_SPAM; symbol_ham = OWN_HAM; }
     }`,
  );
  const scans = mails(40).map((scan) => ({
    ...scan,
    symbols: {
      ...scan.symbols,
      ...scan.class === "spam" ? { OWN_SPAM: 1 } : { OWN_HAM: 1 },
    },
  }));
  await host.postLines("/v1/learn", scans);
  assert((await host.post("/v1/train", "")).json.trained);
  const inputs = async (rule: string) => {
    const symbols = symbolsOf(host, (await host.network({ rule })).model!.key);
    return ["BAYES_SPAM", "BAYES_HAM", "OWN_SPAM", "OWN_HAM"]
      .filter((name) => symbols.includes(name));
  };
  assertEquals(await inputs("LONG"), ["BAYES_HAM"]);
  assertEquals(await inputs("SHORT"), ["BAYES_SPAM", "BAYES_HAM"]);
  // What was learned before does not count either.
  await host.restart(
    "rules { SHORT { watch_interval = 1h; blacklisted_symbols = [BAYES_HAM]; } }",
  );
  await host.postLines("/v1/learn", mails(10, 100));
  await host.post("/v1/train", "");
  assertEquals(await inputs("SHORT"), ["BAYES_SPAM"]);
});

Deno.test("a rule that is off neither learns nor answers", async () => {
  await using host = await Host.start(
    `rules {
      ON { }
      OFF { enabled = false; symbol_spam = S; symbol_ham = H; }
    }`,
  );
  const { json } = await host.post("/v1/learn", mail("spam", 1));
  assertEquals(
    json.results.map(({ rule }: { rule: string }) => rule),
    ["ON"],
  );
  assertEquals((await host.post("/v1/train?rule=OFF", "")).status, 404);
  assertEquals(Object.keys((await host.ask("/v1/status")).json.rules), ["ON"]);
});
