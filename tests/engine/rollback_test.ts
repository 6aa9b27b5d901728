import { assert, assertEquals } from "@std/assert";
import { Host } from "../daemon/host.ts";
import { until } from "../daemon/until.ts";
import { learnAndTrain } from "../daemon/trained_host.ts";
import { mail, mails, swapped } from "./mail.ts";

const QUIET = "watch_interval = 50ms; train { frozen = true; }";

/** A host with three versions. */
async function withThree(config = QUIET): Promise<Host> {
  const host = await Host.start(config);
  for (const from of [0, 100, 200]) await learnAndTrain(host, mails(40, from));
  return host;
}

async function scores(host: Host): Promise<number[]> {
  const answers = await host.postLines("/v1/score", mails(10, 900));
  return answers.map(({ results }) => results[0].output);
}

Deno.test("a rollback serves the model before as the next version", async () => {
  await using host = await Host.start(QUIET);
  await learnAndTrain(host, mails(40));
  const first = await scores(host);
  await learnAndTrain(host, mails(40, 100));
  const second = await scores(host);
  assert(String(first) !== String(second));
  const pool = (await host.network()).pool;

  const { status, json } = await host.post("/v1/models/rollback", "");
  assertEquals(status, 200, JSON.stringify(json));
  assertEquals(json.model.id, "default:default:3");
  assertEquals(await scores(host), first);
  const { model, last_change, last_training, pool: after } = await host
    .network();
  assertEquals(model!.version, 3);
  const { origin } = model!;
  assert(origin.kind === "rollback");
  assertEquals([origin.of, origin.replaced], [1, 2]);
  assert(Math.abs(origin.at - Date.now() / 1000) < 60);
  assertEquals(model!.published_at, origin.at);
  assertEquals(last_change?.outcome, "rolled back");
  assertEquals(last_change?.version, 3);
  assertEquals(last_training?.version, 2);
  // No training has ended, so the samples are as fresh as they were.
  assertEquals(after, pool);

  await host.restart();
  assertEquals(await scores(host), first);
  assertEquals((await host.network()).model!.origin, origin);
  assertEquals((await host.network()).model!.published_at, origin.at);
});

Deno.test("one rollback after the other goes further back", async () => {
  await using host = await withThree(QUIET + " max_profiles = 10;");
  const back = async () => (await host.post("/v1/models/rollback", "")).json;
  assertEquals((await back()).model.origin.of, 2);
  assertEquals((await back()).model.origin.of, 1);
  const { error } = await back();
  assert(error.startsWith("there is no model before version 1"), error);
  // What was undone can be named, and comes back.
  const { json } = await host.post("/v1/models/default:default:3/rollback", "");
  assertEquals([json.model.version, json.model.origin.of], [6, 3]);
  const again = await host.post("/v1/models/rollback?version=6", "");
  assertEquals(again.status, 409);
  assertEquals(again.json.error, "default:default:6 is in service already");
});

Deno.test("the pool that made a bad model cannot bring it back, new mail can", async () => {
  await using host = await Host.start(
    "watch_interval = 1h; train { frozen = true; max_usages = 20; }",
  );
  await learnAndTrain(host, mails(60));
  const good = await scores(host);
  // Many were called what they are not, and the model learned just that.
  await host.postLines("/v1/learn", swapped(mails(600, 2000)));
  const { trained } = (await host.post("/v1/train", "")).json;
  assert(trained, "the bad model was refused");
  await host.post("/v1/models/rollback", "");
  assertEquals(await scores(host), good);

  const early = (await host.post("/v1/train", "")).json;
  assertEquals(early.trained, false);
  assert(early.reason.includes("it waits for new samples"), early.reason);
  assertEquals(early.results[0].report.outcome, "waiting");

  // Enough to judge by, but not enough to outvote what was wrong.
  await host.postLines("/v1/learn", mails(100, 4000));
  const bad = (await host.post("/v1/train", "")).json;
  assertEquals(bad.trained, false, JSON.stringify(bad));
  assertEquals(bad.results[0].report.outcome, "refused");
  assertEquals(await scores(host), good);

  // Users call it what it is: what was wrong is right, and new.
  await host.postLines("/v1/learn", mails(600, 2000));
  const { json } = await host.post("/v1/train", "");
  assert(json.trained, JSON.stringify(json));
  const { model } = await host.network();
  assertEquals(model!.origin, { kind: "trained" });
  const { json: judged } = await host.post("/v1/score", mail("spam", 999));
  assert(judged.results[0].output > 0);
});

Deno.test("a training under way is given up for a rollback", async () => {
  await using host = await Host.start(
    "watch_interval = 1h; train { max_iterations = 1000000; }",
  );
  await using other = await Host.start("watch_interval = 1h;", {
    store: host.path,
  });
  for (const from of [0, 100]) await learnAndTrain(other, mails(40, from));
  await host.restart();
  await host.postLines("/v1/learn", mails(40, 300));
  const training = host.post("/v1/train", "");
  await until(
    "it trains",
    async () => (await host.network()).progress?.epoch,
  );
  // Another host has to wait, and says for whom.
  const locked = await other.post("/v1/models/rollback", "");
  assertEquals(locked.status, 409);
  assert(locked.json.error.includes("holds the training lock since"));
  const { status, json } = await host.post("/v1/models/rollback", "");
  assertEquals(status, 200, JSON.stringify(json));
  assertEquals(json.model.version, 3);
  const given = (await training).json;
  assert(given.reason.includes("the model is changed by hand"), given.reason);
});
