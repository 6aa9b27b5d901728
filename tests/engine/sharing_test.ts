import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { TrainingReport } from "../../lib/engine/training.ts";
import { Host } from "../daemon/host.ts";
import { pause, until } from "../daemon/until.ts";
import { mail, mails } from "./mail.ts";

/** Records of all trainings, the first first. */
function trainings(host: Host): TrainingReport[] {
  return host.sql((database) =>
    database.prepare("SELECT record FROM trainings ORDER BY id").all()
      .map(({ record }) => JSON.parse(record as string))
  );
}

const countLocks = (host: Host) =>
  host.sql((database) =>
    database.prepare("SELECT count(*) AS n FROM locks").get()!.n
  );

/** Takes the training lock for somebody else, some seconds ago. */
function takeLock(host: Host, secondsAgo: number): void {
  host.sql((database) =>
    database.prepare(
      `INSERT OR REPLACE INTO locks
        SELECT id, 'elsewhere:1:x', unixepoch('subsec') - ? FROM series`,
    ).run(secondsAgo)
  );
}

Deno.test("of two daemons on one file, one trains and both serve", async () => {
  const config = "watch_interval = 50ms; train { max_trains = 60; }";
  await using one = await Host.start(config);
  await using other = await Host.start(config, { store: one.path });
  for (let version = 1; version <= 4; version++) {
    const [first, second] = version % 2 ? [one, other] : [other, one];
    const scans = mails(60, 1000 * version);
    await Promise.all([
      first.postLines("/v1/learn", scans.slice(0, 70)),
      second.postLines("/v1/learn", scans.slice(70)),
    ]);
    for (const host of [one, other]) {
      await until(`version ${version}`, async () => {
        const { model } = await host.network();
        return model?.version === version;
      });
    }
  }
  assertEquals(trainings(one).map(({ version }) => version), [1, 2, 3, 4]);
  assertEquals(countLocks(one), 0);
  const scan = mail("spam", 9999);
  assertEquals(
    (await one.post("/v1/score", scan)).json,
    (await other.post("/v1/score", scan)).json,
  );
  const { pool } = await one.network();
  assertEquals(pool?.retained, { spam: 240, ham: 240 });
  assertEquals([...one.logged("error"), ...other.logged("error")], []);
});

Deno.test("a daemon finds what another has learned", async () => {
  await using one = await Host.start("watch_interval = 50ms;");
  await using other = await Host.start("watch_interval = 50ms;", {
    store: one.path,
  });
  await one.postLines("/v1/learn", mails(40));
  await until("the pool is seen", async () => {
    const { rules } = await other.status();
    return rules.default.networks[0]?.pool?.fresh.spam === 40;
  });
  assert((await one.post("/v1/train", "")).json.trained);
  await until(
    "the model is loaded",
    async () => (await other.network()).model?.version === 1,
  );
});

Deno.test("who holds the lock is told, and is let alone", async () => {
  await using host = await Host.start("watch_interval = 1h;");
  await host.postLines("/v1/learn", mails(40));
  takeLock(host, 0);
  const { json } = await host.post("/v1/train", "");
  assertEquals(json.trained, false);
  assertStringIncludes(
    json.results[0].reason,
    "elsewhere:1:x holds the training lock since ",
  );
  assertEquals(trainings(host), []);
  const { progress, model } = await host.network();
  assertEquals([progress, model], [undefined, null]);
  assertEquals(countLocks(host), 1);
});

Deno.test("the lock of one who died ends by itself", async () => {
  await using host = await Host.start(
    "watch_interval = 50ms; train { max_trains = 20; frozen = true; }",
  );
  await host.postLines("/v1/learn", mails(40));
  // It holds for ten seconds at least, whatever the interval.
  takeLock(host, 8.5);
  await host.reconfigure("watch_interval = 50ms; train { max_trains = 20; }");
  await pause(300);
  assertEquals((await host.network()).model, null);
  await until("the lock ends", async () => (await host.network()).model);
  assertEquals(countLocks(host), 0);
  // One from the future, when the clock was set back, does not hold.
  takeLock(host, -1000);
  await host.postLines("/v1/learn", mails(40, 100));
  await until(
    "another model",
    async () => (await host.network()).model?.version === 2,
  );
});

Deno.test("lock_expire says when the lock of one who died ends", async () => {
  const config = (lock: string, isFrozen: boolean) =>
    `lock_expire = ${lock}; watch_interval = 50ms;
     train { max_trains = 20; frozen = ${isFrozen}; }`;
  await using host = await Host.start(config("1h", true));
  await host.postLines("/v1/learn", mails(40));
  takeLock(host, 3000);
  await host.reconfigure(config("1h", false));
  await pause(500);
  assertEquals((await host.network()).model, null);
  await host.reconfigure(config("50min", false));
  await until("the lock ends", async () => (await host.network()).model);
});

Deno.test("who has lost the lock does not publish", async () => {
  await using host = await Host.start(
    "watch_interval = 1h; train { max_iterations = 300; }",
  );
  await host.postLines("/v1/learn", mails(300));
  const training = host.post("/v1/train", "");
  await until("training", async () => (await host.network()).progress);
  takeLock(host, 0);
  const { json } = await training;
  assertEquals(json.trained, false);
  assertStringIncludes(
    json.results[0].report.reason,
    "another host took the training lock",
  );
  assertEquals(trainings(host).map(({ outcome }) => outcome), ["failed"]);
  const { model, pool } = await host.network();
  assertEquals(model, null);
  assertEquals(pool?.fresh, { spam: 300, ham: 300 });
  // The lock is still the other's.
  assertEquals(countLocks(host), 1);
});

Deno.test("a training that is given up leaves no lock and loses nothing", async () => {
  const config = "watch_interval = 1h; train { max_iterations = 100000; }";
  await using host = await Host.start(config);
  await host.postLines("/v1/learn", mails(100));
  const ends: [end: () => Promise<void>, reason: string][] = [
    [() => host.restart(), "neurald is stopping"],
    [() => host.reconfigure(config), "the configuration was reloaded"],
  ];
  for (const [end, reason] of ends) {
    const training = host.post("/v1/train", "");
    await until("training", async () => (await host.network()).progress);
    await end();
    const { json } = await training;
    assertStringIncludes(json.results[0].reason, `aborted: ${reason}`);
    assertEquals(countLocks(host), 0);
    const { pool, progress } = await host.network();
    assertEquals(pool?.fresh, { spam: 100, ham: 100 });
    assertEquals(progress, undefined);
  }
  assertEquals(trainings(host), []);
  await host.reconfigure("watch_interval = 1h;");
  assert((await host.post("/v1/train", "")).json.trained);
});

Deno.test("what is learned during a training is kept for the next", async () => {
  await using host = await Host.start(
    "watch_interval = 1h; train { max_iterations = 300; }",
  );
  await host.postLines("/v1/learn", mails(200));
  const training = host.post("/v1/train", "");
  await until("training", async () => (await host.network()).progress);
  const during = await host.postLines("/v1/learn", mails(50, 1000));
  // Also one that changes its mind about what the training has taken.
  const moved = await host.post("/v1/learn", {
    ...mail("spam", 0),
    class: "ham",
  });
  assertEquals(moved.json.results[0].outcome, "moved");
  assert((await host.network()).progress, "the training was too short");
  assert(during.every(({ learned }) => learned));
  assert((await training).json.trained);
  const { pool } = await host.network();
  assertEquals(pool?.fresh, { spam: 50, ham: 51 });
  assertEquals(pool?.retained, { spam: 199, ham: 200 });
});
