import { assert, assertEquals } from "@std/assert";
import type { TrainingReport } from "../../lib/engine/training.ts";
import { Random } from "../../lib/nn/random.ts";
import { Host } from "../daemon/host.ts";
import { until } from "../daemon/until.ts";
import { type LabelledMail, mails, noise } from "./mail.ts";

/** Mail that is called spam or ham by the toss of a coin. */
function tossed(ofEach: number, from: number): LabelledMail[] {
  const random = new Random(from + 1);
  return mails(ofEach, from).map((scan) => ({
    ...scan,
    class: random.uniform() < 0.5 ? "spam" : "ham",
  }));
}

/** Messages that have the same one symbol, and differ in what is no matter. */
function constant(ofEach: number, from: number): LabelledMail[] {
  return Array.from({ length: 2 * ofEach }, (_, i) => ({
    class: i % 2 === 0 ? "spam" : "ham",
    // Each is 1 in the vector.
    symbols: { SAME: [from + i + 1, 1] },
    metatokens: new Array(46).fill(0).with(0, (from + i) * 1e-9),
  }));
}

/** With fewer, chance gives a network now and then that seems to know some. */
const MANY = 1000;

const POISONS: Record<string, (n: number, from: number) => LabelledMail[]> = {
  "that are called by the toss of a coin": tossed,
  "that are all the same": constant,
  "that are nothing but noise": noise,
};

for (const [what, poison] of Object.entries(POISONS)) {
  Deno.test(`samples ${what} give no network`, async () => {
    await using host = await Host.start("watch_interval = 1h;");
    await host.postLines("/v1/learn", poison(MANY, 0));
    const { json } = await host.post("/v1/train", "");
    assertEquals(json.trained, false);
    const { report } = json.results[0];
    assertEquals(report.outcome, "refused");
    const { model, last_training } = await host.network();
    assertEquals(model, null);
    assertEquals(last_training?.outcome, "refused");
    assertEquals(last_training?.reason, report.reason);
    assert(last_training!.figures!.auc < 0.7);
    const [scan] = mails(1, 5000);
    assertEquals((await host.post("/v1/score", scan)).json, { results: [] });
  });

  Deno.test(`samples ${what} do not replace a good network`, async () => {
    // So that few good samples are left to learn from.
    const config = "watch_interval = 1h; " +
      "train { max_trains = 20; max_usages = 1; }";
    await using host = await Host.start(config);
    await host.postLines("/v1/learn", mails(40));
    assert((await host.post("/v1/train", "")).json.trained);
    const scans = mails(20, 5000);
    const before = await host.postLines("/v1/score", scans);
    assertEquals((await host.network()).pool?.retained, { spam: 20, ham: 20 });

    await host.postLines("/v1/learn", poison(MANY, 1000));
    const { json } = await host.post("/v1/train", "");
    assertEquals(json.trained, false, JSON.stringify(json));
    const check = async () => {
      const { model, last_training } = await host.network();
      assertEquals(model?.version, 1);
      assertEquals(last_training?.outcome, "refused");
      assert(last_training!.reason!.length > 10);
      assert(last_training!.current_figures);
      assertEquals(await host.postLines("/v1/score", scans), before);
    };
    await check();
    await host.restart();
    await check();
  });
}

Deno.test("a refusal that is due again goes on by itself, and recovers", async () => {
  await using host = await Host.start(
    "watch_interval = 50ms; train { max_trains = 60; }",
  );
  await host.postLines("/v1/learn", noise(60));
  await until("a refusal", async () => (await host.network()).last_training);
  await host.postLines("/v1/learn", mails(600, 100));
  await until("a model", async () => (await host.network()).model);
  const records: TrainingReport[] = host.sql((database) =>
    database.prepare("SELECT record FROM trainings ORDER BY id").all()
      .map(({ record }) => JSON.parse(record as string))
  );
  assertEquals(records.at(-1)?.outcome, "published");
  assert(records.slice(0, -1).every(({ outcome }) => outcome === "refused"));
  // Another seed each time.
  assertEquals(new Set(records.map(({ seed }) => seed)).size, records.length);
});
