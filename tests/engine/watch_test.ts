import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Host } from "../daemon/host.ts";
import { pause, until } from "../daemon/until.ts";
import { scrape } from "../metrics/scrape.ts";
import { mail, mails, noise } from "./mail.ts";

/** How many trainings of all networks are recorded. */
function countTrainings(host: Host): number {
  return host.sql((database) =>
    database.prepare("SELECT count(*) AS n FROM trainings").get()!.n as number
  );
}

Deno.test("training becomes due, and happens by itself", async () => {
  await using host = await Host.start(
    "watch_interval = 0.2s; train { max_trains = 30; }",
  );
  await host.postLines("/v1/learn", mails(29));
  await pause(500);
  assertEquals((await host.network()).last_training, null);
  await host.post("/v1/learn", mail("spam", 29));
  await pause(500);
  assertEquals((await host.network()).last_training, null);
  const begin = performance.now();
  await host.post("/v1/learn", mail("ham", 29));
  await until("a model", async () => (await host.network()).model);
  assert(performance.now() - begin < 3000);
  const { model, pool, last_training, retry_at } = await host.network();
  assertEquals(last_training?.outcome, "published");
  assertEquals(model?.training?.usages, 1);
  assertEquals(pool?.fresh, { spam: 0, ham: 0 });
  assertEquals(retry_at, undefined);
  await pause(500);
  assertEquals(countTrainings(host), 1);
});

Deno.test("proportional: one sample of the other class is enough to be due", async () => {
  await using host = await Host.start(
    "watch_interval = 50ms; train { max_trains = 30; learn_mode = proportional; }",
  );
  await host.postLines(
    "/v1/learn",
    mails(30).filter((scan, i) => scan.class === "spam" || i < 20),
  );
  await until("a model", async () => (await host.network()).model);
});

Deno.test("trainings wait for each other", async () => {
  const rules = ["A", "B", "C"].map((name) =>
    `${name} {
      watch_interval = 50ms; symbol_spam = S_${name}; symbol_ham = H_${name};
      train { max_trains = 300; max_iterations = 100; }
    }`
  );
  await using host = await Host.start(`rules { ${rules.join("\n")} }`);
  const networks = async () =>
    Object.values((await host.status()).rules).flatMap((rule) => rule.networks);
  let most = 0;
  const learning = host.postLines("/v1/learn", mails(300));
  await until("all are trained", async () => {
    const all = await networks();
    const training = all.filter(({ progress }) => progress !== undefined);
    most = Math.max(most, training.length);
    for (const { progress } of training) {
      // At least those of one training; with a choice there are more.
      assert(progress!.epochs >= 100);
      assert(progress!.epoch <= progress!.epochs);
    }
    return all.length === 3 && all.every(({ model }) => model);
  });
  await learning;
  assertEquals(most, 1);
  assertEquals(countTrainings(host), 3);
});

Deno.test("who asks while a training is under way waits for that one", async () => {
  await using host = await Host.start("watch_interval = 1h;");
  await host.postLines("/v1/learn", mails(200));
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => host.post("/v1/train", "")),
  );
  for (const { json } of answers) assertEquals(json, answers[0].json);
  assertEquals(countTrainings(host), 1);
});

Deno.test("a network that is refused is tried again less and less often", async () => {
  await using host = await Host.start(
    "watch_interval = 100ms; train { max_trains = 20; }",
  );
  await host.postLines("/v1/learn", noise(40));
  await until("a refusal", async () => (await host.network()).last_training);
  await pause(2500);
  // At 0, 0.1, 0.3, 0.7, 1.5 s and at the rounds of the loop after that.
  const trainings = countTrainings(host);
  assert(trainings >= 3 && trainings <= 6, `${trainings} trainings`);
  const { model, last_training, retry_at, pool } = await host.network();
  assertEquals(model, null);
  assertEquals(last_training?.outcome, "refused");
  assert(last_training!.reason!.length > 10);
  assert(retry_at! > Date.now() / 1000 - 1);
  // What was tried often enough is no longer fresh, but not lost.
  assertEquals(pool?.fresh.spam, 0);
  assertEquals(pool?.retained, { spam: 40, ham: 40 });
  assertEquals((await host.post("/v1/score", mail("spam", 1))).json, {
    results: [],
  });
  // Good mail helps, at once when somebody asks.
  await host.postLines("/v1/learn", mails(400));
  assert((await host.post("/v1/train", "")).json.trained);
  assertEquals((await host.network()).retry_at, undefined);
});

Deno.test("too few samples are told, and do not go on for ever", async () => {
  await using host = await Host.start(
    "watch_interval = 50ms; train { max_trains = 2; }",
  );
  await host.postLines("/v1/learn", mails(3));
  const { reason, outcome } = await until(
    "a training",
    async () => (await host.network()).last_training,
  );
  assertEquals(outcome, "failed");
  assertStringIncludes(reason!, "3 spam and 3 ham samples are too few");
  await pause(1000);
  assert(countTrainings(host) <= 5, `${countTrainings(host)}`);
  await host.postLines("/v1/learn", mails(60, 100));
  await until("a model", async () => (await host.network()).model);
});

Deno.test("a frozen network is trained only when it is told to", async () => {
  await using host = await Host.start(
    "watch_interval = 50ms; train { max_trains = 20; frozen = true; }",
  );
  await host.postLines("/v1/learn", mails(40));
  await pause(300);
  assertEquals(countTrainings(host), 0);
  assert((await host.post("/v1/train", "")).json.trained);
});

Deno.test("a training that takes too long is given up", async () => {
  await using host = await Host.start(
    "watch_interval = 1h; train { max_iterations = 1000000; } " +
      "neurald { train_timeout = 500ms; }",
  );
  await host.postLines("/v1/learn", mails(100));
  const { json } = await host.post("/v1/train", "");
  assertEquals(json.trained, false);
  assertStringIncludes(json.results[0].report.reason, "longer than 0.5 s");
  const { progress, last_training } = await host.network();
  assertEquals([progress, last_training?.outcome], [undefined, "failed"]);
  const figures = await scrape(host);
  const failed = { outcome: "failed" };
  assertEquals(figures.value("neurald_trainings_total", failed), 1);
  const seconds = figures.value("neurald_training_duration_seconds_sum");
  assert(seconds > 0.4, `${seconds} s`);
});
