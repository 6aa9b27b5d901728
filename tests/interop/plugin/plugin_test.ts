import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Host } from "../../daemon/host.ts";
import { until } from "../../daemon/until.ts";
import { RedisServer } from "../../store/redis/server.ts";
import { corpusMessages } from "../corpus.ts";
import { makeMessages, type Message } from "../messages.ts";
import { type RspamdHost, type RspamdScan } from "../rspamd.ts";
import { ignore, startWithPlugin } from "./plugin.ts";
import { type Recorded, Recorder } from "./recorder.ts";

/** What a rspamd has for its own networks counts for these symbols, too. */
const WEIGHTS: Record<string, number> = {
  NEURAL_SPAM: 1,
  NEURAL_HAM: -1,
  LONG_SPAM: 2.5,
  LONG_HAM: -1.5,
};

/** Two rules; the second one has symbols that the plugin is told of. */
const OPTIONS = `
  timeout = 10s;
  symbols { LONG_SPAM { weight = 2.5; } LONG_HAM { weight = -1.5; } }
`;
/** They learn all that a test has rspamd be sure of. */
const TRAIN =
  "train { spam_score = 500; ham_score = -500; learn_mode = proportional; }";
const CONFIG = `
watch_interval = 1h;
rules {
  SHORT { allowed_settings = all; ${TRAIN} }
  LONG {
    symbol_spam = LONG_SPAM; symbol_ham = LONG_HAM;
    allowed_settings = all; ${TRAIN}
  }
}
`;

/** A rule that decides alone where the client wants it to. */
const DECIDES_ALONE = `
rspamd_config:register_symbol{
  name = "DECIDES_ALONE",
  type = "prefilter",
  callback = function(task)
    if task:get_request_header("Decided") then
      task:set_pre_result("reject", "decided", "test")
    end
  end
}
`;

function idOf({ text }: Message): string | undefined {
  return /^Message-ID: <(.*)>/m.exec(`${text}`)?.[1];
}

/** Scans a few at once, as mail comes. */
async function scanAll(
  messages: readonly Message[],
  scan: (message: Message) => Promise<unknown>,
): Promise<void> {
  const iterator = messages.values();
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (const message of iterator) await scan(message);
  }));
}

/** The symbols of the scan are what neurald answered, and no others. */
function assertInserted(scan: RspamdScan, { answer }: Recorded): void {
  const expected = Object.fromEntries(
    // deno-lint-ignore no-explicit-any
    answer.results.map((result: any) => [result.symbol, result]),
  );
  for (const [name, weight] of Object.entries(WEIGHTS)) {
    const actual = scan.symbols[name];
    assertEquals(actual !== undefined, name in expected, name);
    if (!actual) continue;
    const { score, contributions } = expected[name];
    assertAlmostEquals(actual.score, score * weight, 1e-6, name);
    const reasons = contributions
      .filter((one: { name: string }) => one.name !== "base")
      .slice(0, 3);
    assertEquals(actual.options?.length, reasons.length);
    for (const [i, { name, contribution }] of reasons.entries()) {
      const [reason, moved] = actual.options![i].split(" ");
      assertEquals(reason, name);
      assertAlmostEquals(Number(moved), contribution, 0.006);
    }
  }
}

/** Scans a message, and looks at what neurald was sent and inserted. */
async function assertScored(
  rspamd: RspamdHost,
  recorder: Recorder,
  host: Host,
  { text }: Message,
): Promise<RspamdScan> {
  const scan = await rspamd.scan(text);
  const sent = recorder.to("/v1/score").at(-1)!;
  assertInserted(scan, sent);
  // Of itself, neurald says the same.
  const { json } = await host.post("/v1/score", sent.scan);
  for (const [i, { score }] of sent.answer.results.entries()) {
    assertAlmostEquals(json.results[i].score, score, 1e-6);
  }
  // What rspamd found is what it sent, but for what is no feature.
  assertEquals(sent.scan.metatokens.length, 26);
  for (const [i, number] of scan.metatokens.entries()) {
    assertAlmostEquals(sent.scan.metatokens[i], number, 1e-6);
  }
  for (
    const [name, [score, weight]] of Object.entries<[number, number]>(
      sent.scan.symbols,
    )
  ) {
    assertAlmostEquals(score, scan.symbols[name].score, 1e-4, name);
    assertAlmostEquals(weight, scan.symbols[name].metric_score, 1e-4, name);
  }
  return scan;
}

Deno.test(
  "rspamd teaches neurald 500 messages by itself, and then has its scores",
  { ignore },
  async () => {
    const perFolder = 104;
    const messages = await corpusMessages(perFolder);
    if (!messages) return;
    const isNew = (_: Message, i: number) => i % perFolder >= 100;
    const learned = messages.filter((message, i) => !isNew(message, i));
    assertEquals(learned.length, 500);

    await using redis = await RedisServer.start();
    await using host = await Host.start(CONFIG);
    await using recorder = new Recorder(host.url);
    await using rspamd = await startWithPlugin(recorder.url, {
      redisPort: redis.port,
      options: OPTIONS,
    });
    await scanAll(learned, async ({ text, class: mailClass }) => {
      const { symbols } = await rspamd.scan(text, mailClass);
      assertEquals(symbols.NEURAL_SPAM ?? symbols.NEURAL_HAM, undefined);
    });
    const learns = () => recorder.to("/v1/learn");
    await until("all are learned", () => learns().length === 500);
    for (const { scan, answer } of learns()) {
      assert(answer.learned, JSON.stringify(answer));
      // It is no feature.
      assert(!("TAUGHT" in scan.symbols));
    }
    const { json } = await host.post("/v1/train", "");
    assert(json.trained, JSON.stringify(json));

    let right = 0;
    const others = messages.filter(isNew);
    for (const message of others) {
      const { symbols } = await assertScored(rspamd, recorder, host, message);
      const side = symbols.NEURAL_SPAM ? "spam" : "ham";
      if (side === message.class) right++;
    }
    assert(right / others.length >= 0.8, `${right} of ${others.length}`);
    assert(!rspamd.log.includes("neurald: "), rspamd.log);
    assertEquals(host.logged("error"), []);
  },
);

Deno.test(
  "a client says in a header what a message is, or that it teaches nothing",
  { ignore },
  async () => {
    await using redis = await RedisServer.start();
    await using host = await Host.start(CONFIG);
    await using recorder = new Recorder(host.url);
    await using rspamd = await startWithPlugin(recorder.url, {
      redisPort: redis.port,
      options: OPTIONS,
      files: {
        "local.d/settings.conf":
          "outbound { id = outbound; apply { MISSING_TO = 2.5; } }",
        // Its composite is no feature of its own.
        "local.d/composites.conf":
          'ONE_HOP { expression = "RCVD_COUNT_ONE"; policy = leave; }',
      },
    });
    const [spam, ham, , last] = makeMessages(2, 11);
    const learns = () => recorder.to("/v1/learn");

    const taught = await rspamd.scan(spam.text, undefined, {
      "ANN-Train": "Spam",
      // As `rspamc` does.
      "User-Agent": "rspamc",
      "User": "alice",
      "Settings-ID": "outbound",
    });
    assertEquals(taught.neurald, "learned as spam");
    const [{ scan }] = learns();
    assertEquals(scan.class, "spam");
    assertEquals(scan.user, "alice");
    assertEquals(scan.ip, "192.0.2.7");
    assertEquals(scan.settings_id, "outbound");
    assertEquals(scan.required_score, 15);
    assertEquals(scan.action, taught.action);
    assertAlmostEquals(scan.score, taught.score, 1e-4);
    assert("ONE_HOP" in taught.symbols);
    assert(!("ONE_HOP" in scan.symbols));
    // It was scored as it was learned.
    const { class: _, ...learned } = scan;
    assertEquals(recorder.to("/v1/score")[0].scan, learned);

    assertEquals(
      (await rspamd.scan(ham.text, undefined, { "ANN-Train": "HAM" })).neurald,
      "learned as ham",
    );
    assertEquals(learns().at(-1)?.scan.class, "ham");
    assertEquals(learns().at(-1)?.scan.message_id, idOf(ham));
    assertEquals(learns().length, 2);

    // Neither of these teaches: only the last one would without its header.
    for (const header of ["none", "maybe"]) {
      const { neurald } = await rspamd.scan(spam.text, "spam", {
        "ANN-Train": header,
      });
      assertEquals(neurald, undefined);
    }
    await rspamd.scan(spam.text, "spam", { "User-Agent": "rspamc" });
    await rspamd.scan(spam.text, "spam", { Password: "q1" });
    await rspamd.scan(last.text, "ham");
    await until("it is learned", () => learns().length > 2);
    assertEquals(learns().length, 3);
    assertEquals(learns()[2].scan.class, undefined);
    assertEquals(learns()[2].scan.message_id, idOf(last));
  },
);

Deno.test("what cannot be learned is told, and is not asked of neurald", {
  ignore,
}, async () => {
  await using redis = await RedisServer.start();
  await using host = await Host.start(CONFIG);
  await using recorder = new Recorder(host.url);
  await using rspamd = await startWithPlugin(recorder.url, {
    redisPort: redis.port,
    options: "learn = false; explain = 0;",
    files: { "local.d/rspamd.lua": DECIDES_ALONE },
  });
  const [spam, ham] = makeMessages(1, 11).map(({ text }) => text);
  const decided = { "ANN-Train": "spam", Decided: "yes" };
  assertEquals(
    (await rspamd.scan(spam, undefined, decided)).neurald,
    "not learned: one rule decided alone",
  );
  // Switched off, it still does what it is told.
  await rspamd.scan(ham, "ham");
  await rspamd.scan(ham, undefined, { "ANN-Train": "ham" });
  assertEquals(recorder.to("/v1/learn").length, 1);
  assertEquals(recorder.to("/v1/learn")[0].scan.class, "ham");
  assertEquals(recorder.to("/v1/score").map(({ path }) => path), [
    "/v1/score",
    "/v1/score",
  ]);
});
