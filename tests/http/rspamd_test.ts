import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { profileDigest } from "../../lib/model/profile.ts";
import { Host } from "../daemon/host.ts";
import { until } from "../daemon/until.ts";
import { mails } from "../engine/mail.ts";

const SYMBOLS = ["AAA", "BBB", "CCC"];
const CONFIG = "watch_interval = 1h; profile { default = [CCC, AAA, BBB]; }";

/** Whole vectors, laid out as the profile: metatokens, then symbols. */
function vectors(count: number, metatokens = 46) {
  const rows = (fired: number) =>
    Array.from({ length: count }, (_, i) => [
      (i + 1) / 1000,
      ...new Array(metatokens - 1).fill(0),
      ...SYMBOLS.map((_, k) => k === fired ? 1 : 0),
    ]);
  return { spam_vec: rows(0), ham_vec: rows(2) };
}

Deno.test("vectors are learned and trained at once", async () => {
  await using host = await Host.start(CONFIG);
  const { status, json } = await host.post(
    "/plugins/neural/learn",
    vectors(30),
  );
  assertEquals([status, json], [200, { success: true }]);
  const { model, pool, last_training } = await until("a model", async () => {
    const network = await host.network();
    return network.model ? network : undefined;
  });
  assertEquals(model?.version, 1);
  assertEquals(model?.digest, profileDigest(SYMBOLS));
  assertEquals(last_training?.outcome, "published");
  assertEquals(pool?.fresh, { spam: 0, ham: 0 });
  assertEquals(pool?.retained, { spam: 30, ham: 30 });
  const score = await host.post("/v1/score", {
    symbols: { AAA: [1, 1] },
    metatokens: [0.5, ...new Array(45).fill(0)],
  });
  assertEquals(score.json.results[0].symbol, "NEURAL_SPAM");
  // Nothing was trained that was not taught.
  assertEquals(host.logged("warn"), []);
});

Deno.test("vectors of rspamd 3 teach the networks of its scans", async () => {
  await using host = await Host.start(CONFIG);
  await host.post("/plugins/neural/learn", vectors(30, 26));
  const { pool } = await host.network({ metatokens: 1 });
  assertEquals(pool!.fresh.spam + pool!.retained.spam, 30);
  assertEquals((await host.network()).pool?.fresh, { spam: 0, ham: 0 });
});

Deno.test("one vector that does not fit keeps all from being learned", async () => {
  await using host = await Host.start(CONFIG);
  const good = vectors(10);
  const [vector] = good.spam_vec;
  const cases: [body: unknown, said: string][] = [
    [
      { ...good, spam_vec: [...good.spam_vec, vector.slice(1)] },
      "spam_vec[10]",
    ],
    [{ ...good, ham_vec: [[...vector, 0], vector] }, "ham_vec[0]"],
    [{ ...good, ham_vec: [[]] }, "ham_vec[0]"],
    [{ ...good, ham_vec: ["x"] }, "ham_vec[0]"],
    [{ ...good, ham_vec: [vector.with(7, null as never)] }, "ham_vec[0]"],
    [
      { ...good, ham_vec: [vector, vector.with(7, "1" as never)] },
      "ham_vec[1]",
    ],
    // Every later training would fail with it.
    [{ ...good, ham_vec: [vector.with(7, 1e300)] }, "ham_vec[0]"],
    [{ ...good, ham_vec: [vector.with(7, -1e7)] }, "ham_vec[0]"],
    [{ ...good, ham_vec: { 0: vector } }, "ham_vec"],
    [{ spam_vec: good.spam_vec }, "ham_vec"],
    [{ ham_vec: good.ham_vec }, "spam_vec"],
    [{ ...good, rule: 1 }, "rule"],
    [{ ...good, rule: null }, "rule"],
    [[], "object"],
    ["{", "object"],
  ];
  for (const [body, said] of cases) {
    const { status, json } = await host.post("/plugins/neural/learn", body);
    assertEquals(status, 400, said);
    assertStringIncludes(json.error, said);
  }
  const rows = host.sql((database) =>
    database.prepare("SELECT count(*) AS n FROM samples").get()?.n
  );
  assertEquals(rows, 0);
});

Deno.test("without a profile nobody knows what a vector means", async () => {
  await using host = await Host.start("watch_interval = 1h;");
  const refused = await host.post("/plugins/neural/learn", vectors(10));
  assertEquals(refused.status, 400);
  assertStringIncludes(refused.json.error, "profile");
  // A model knows.
  await host.postLines("/v1/learn", mails(60));
  assert((await host.post("/v1/train", "")).json.trained);
  const { model } = await host.network();
  const vector = new Array(model!.inputs).fill(0).with(-1, 1);
  const learned = await host.post("/plugins/neural/learn", {
    spam_vec: [vector],
    ham_vec: [],
  });
  assertEquals(learned.json, { success: true });
  const other = await host.post("/plugins/neural/learn", {
    spam_vec: [[...vector, 0]],
    ham_vec: [],
  });
  assertStringIncludes(other.json.error, `${model!.inputs} are needed`);
});

Deno.test("thousands of vectors fit into a request", async () => {
  await using host = await Host.start(CONFIG);
  const many = vectors(6000);
  assert(JSON.stringify(many).length > 1 << 20);
  const { status } = await host.post("/plugins/neural/learn", many);
  assertEquals(status, 200);
});

Deno.test("status and config answer as rspamd's controller does", async () => {
  await using host = await Host.start(
    `rules {
      default { watch_interval = 1h; max_inputs = 100; profile { default = [AAA, BBB, CCC]; } }
      OTHER { watch_interval = 1h; allowed_settings = [out]; symbol_spam = S; symbol_ham = H; }
    }`,
  );
  const empty = await host.ask("/plugins/neural/status");
  assertEquals(empty.json, {
    success: true,
    data: {
      rules: {
        default: { requires_scan: true, max_inputs: 100, settings: {} },
        OTHER: { requires_scan: true, settings: {} },
      },
    },
  });
  await host.postLines("/v1/learn", mails(60, 0, { rule: "OTHER" }));
  await host.postLines("/v1/learn", [
    ...mails(60, 0, { rule: "OTHER", settings_id: "out" }),
    ...mails(1, 0, { rule: "default" }),
  ]);
  assert((await host.post("/v1/train?rule=OTHER", "")).json.trained);
  const { json } = await host.ask("/plugins/neural/status");
  const { default: first, OTHER } = json.data.rules;
  assertEquals(first.settings, {
    "-1": { name: "default", symbols_digest: profileDigest(SYMBOLS) },
  });
  const { model } = await host.network({ rule: "OTHER" });
  assertEquals(OTHER.settings["-1"], {
    name: "default",
    symbols_digest: model!.digest,
    ann: { version: 1, redis_key: model!.key, has_pca: false },
  });
  assertEquals(OTHER.settings.out.name, "out");
  assertEquals(OTHER.settings.out.ann.version, 1);
  const config = (await host.ask("/plugins/neural/config")).json;
  assertEquals(config, {
    success: true,
    data: {
      rules: {
        default: {
          requires_scan: true,
          providers: [],
          recommended_path: "/v1/learn",
          settings: ["default"],
        },
        OTHER: {
          requires_scan: true,
          providers: [],
          recommended_path: "/v1/learn",
          settings: ["default", "out"],
        },
      },
    },
  });
});

Deno.test("train says what came of it, and from how much", async () => {
  await using host = await Host.start("watch_interval = 1h;");
  const train = async (method: string) =>
    (await host.ask("/plugins/neural/train?rule=default", { method })).json;
  assertEquals(await train("GET"), {
    success: false,
    message: "nothing has been learned yet",
    spam_vectors: 0,
    ham_vectors: 0,
  });
  await host.postLines("/v1/learn", mails(3));
  const few = await train("POST");
  assertEquals(few.success, false);
  assertStringIncludes(few.message, "3 spam and 3 ham samples are too few");
  assertEquals([few.spam_vectors, few.ham_vectors], [3, 3]);
  await host.postLines("/v1/learn", mails(60));
  const { success, message, spam_vectors, ham_vectors } = await train("GET");
  assertEquals([success, message], [true, "version 1 is in service"]);
  assert(spam_vectors > 40 && spam_vectors <= 60);
  assert(ham_vectors > 40 && ham_vectors <= 60);
});

Deno.test("status shows the model that answers, whatever else was learned", async () => {
  await using host = await Host.start("watch_interval = 1h;");
  const learn = (ofEach: number, length: number) =>
    host.postLines(
      "/v1/learn",
      mails(ofEach, 0, { metatokens: new Array(length).fill(0) }),
    );
  await learn(60, 26);
  assert((await host.post("/v1/train", "")).json.trained);
  await learn(1, 46);
  for (let start = 0; start < 2; start++) {
    const { json } = await host.ask("/plugins/neural/status");
    assertEquals(json.data.rules.default.settings["-1"].ann?.version, 1);
    await host.restart();
  }
});

Deno.test("more than 64 megabytes of vectors are refused, and less do not keep others waiting", async () => {
  await using host = await Host.start(CONFIG);
  const learn = (spam_vec: number[][]) =>
    host.post("/plugins/neural/learn", { spam_vec, ham_vec: [] });
  const [vector] = vectors(1).spam_vec;
  const large = await host.ask("/plugins/neural/learn", {
    method: "POST",
    body: " ".repeat(2 ** 26 + 1),
  });
  assertEquals([large.status, large.json.error], [
    413,
    "more than 67108864 bytes",
  ]);
  const many = Array.from(
    { length: 20_000 },
    (_, i) => vector.with(0, i / 1e6),
  );
  let isDone = false;
  const learning = learn(many).finally(() => isDone = true);
  let asked = 0;
  for (; !isDone; asked++) await host.ask("/healthz");
  assertEquals((await learning).status, 200);
  assert(asked > 3, `asked ${asked} times`);
});
