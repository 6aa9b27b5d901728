import { assert, assertEquals } from "@std/assert";
import type { NetworkStatus } from "../../lib/engine/status.ts";
import { profileDigest } from "../../lib/model/profile.ts";
import { Host } from "../daemon/host.ts";
import { pause, until } from "../daemon/until.ts";
import { mail, mails } from "./mail.ts";

/** Learns new mail and trains, some times over. */
async function trainTimes(
  host: Host,
  times: number,
  from = 0,
): Promise<NetworkStatus[]> {
  const networks: NetworkStatus[] = [];
  for (let i = from; i < from + times; i++) {
    await host.postLines("/v1/learn", mails(40, 100 * i));
    const { json } = await host.post("/v1/train", "");
    assert(json.trained, JSON.stringify(json));
    networks.push(await host.network());
  }
  return networks;
}

/** Keys of the models that are stored, the oldest version first. */
function storedKeys(host: Host): string[] {
  return host.sql((database) =>
    database.prepare("SELECT key FROM profiles ORDER BY id").all()
      .map(({ key }) => key as string)
  );
}

Deno.test("a network is trained further, and begun anew after max_usages", async () => {
  await using host = await Host.start(
    "watch_interval = 1h; max_profiles = 10; train { max_usages = 3; }",
  );
  const networks = await trainTimes(host, 7);
  assertEquals(
    networks.map(({ model }) => model!.training!.usages),
    [1, 2, 3, 4, 1, 2, 3],
  );
  assertEquals(
    networks.map(({ last_training }) => last_training!.went_on),
    [false, true, true, true, false, true, true],
  );
  // It goes on in the same way after a restart.
  await host.restart();
  const [next] = await trainTimes(host, 1, 7);
  assertEquals(next.model!.training!.usages, 4);
  assertEquals(next.model!.version, 8);
});

Deno.test("versions count up, and keys are as rspamd makes them", async () => {
  await using host = await Host.start(
    "prefix = xy; rules { A { prefix = long; watch_interval = 1h; } }",
  );
  for (let version = 1; version <= 3; version++) {
    await host.postLines("/v1/learn", mails(40, 100 * version));
    assert((await host.post("/v1/train?rule=A", "")).json.trained);
    const { key, model } = await host.network({ rule: "A" });
    assertEquals(key, "xy3_long_3_default");
    const row = host.sql((database) =>
      database.prepare("SELECT record FROM profiles WHERE key = ?")
        .get(model!.key)!
    );
    const profile = JSON.parse(row.record as string);
    assertEquals(profile.version, version);
    assertEquals(profile.symbols, profile.symbols.toSorted());
    assertEquals(profile.digest, profileDigest(profile.symbols));
    assertEquals(model!.version, version);
    assertEquals(
      model!.key,
      `xy_long_default_${profile.digest.slice(0, 8)}_${version}`,
    );
  }
  assertEquals(storedKeys(host).length, 3);
});

Deno.test("the oldest models are dropped beyond max_profiles", async () => {
  const config = "max_profiles = 2; watch_interval = 50ms; ";
  await using host = await Host.start(config + "train { frozen = true; }");
  const networks = await trainTimes(host, 4);
  const keys = networks.map(({ model }) => model!.key);
  await until("two are dropped", () => storedKeys(host).length === 2);
  assertEquals(storedKeys(host), keys.slice(2));
  await host.restart();
  assertEquals((await host.network()).model?.key, keys[3]);
});

Deno.test("the last max_profiles models stay, however old they are", async () => {
  await using host = await Host.start(
    "ann_expire = 1s; watch_interval = 50ms; max_profiles = 2; " +
      "train { frozen = true; }",
  );
  const networks = await trainTimes(host, 3);
  const keys = networks.slice(1).map(({ model }) => model!.key);
  await until("the first is dropped", () => storedKeys(host).length === 2);
  await pause(1500);
  assertEquals(storedKeys(host), keys);
  // Long after it was last used, the model answers from the start.
  await host.stop();
  await pause(1200);
  await host.restart();
  const { json } = await host.post("/v1/score", mail("spam", 999));
  assertEquals(json.results[0].version, 3);
  await pause(1200);
  assertEquals(storedKeys(host), keys);
});

Deno.test("daemons with other profiles leave each other their models", async () => {
  const config = (symbols: string) =>
    `ann_expire = 1s; watch_interval = 50ms;
     train { frozen = true; } profile { default = [${symbols}]; }`;
  await using one = await Host.start(config("BAYES_SPAM, BAYES_HAM"));
  await using other = await Host.start(
    config("URIBL_BLACK, R_SPF_ALLOW, FUZZY_DENIED, R_DKIM_ALLOW"),
    { store: one.path },
  );
  await trainTimes(one, 1);
  await trainTimes(other, 1, 1);
  await pause(2500);
  assertEquals(storedKeys(one).length, 2);
  const symbols = async (host: Host) => (await host.network()).model!.symbols;
  assertEquals([await symbols(one), await symbols(other)], [2, 4]);
});

Deno.test("nothing is written in a round in which nothing happens", async () => {
  await using host = await Host.start(
    "watch_interval = 50ms; train { frozen = true; }",
  );
  await trainTimes(host, 1);
  await pause(200);
  const wal = () => Deno.statSync(`${host.path}-wal`);
  const { mtime, size } = wal();
  await pause(500);
  assertEquals([wal().mtime, wal().size], [mtime, size]);
});

Deno.test("a model answers as before after a restart", async () => {
  await using host = await Host.start("watch_interval = 1h;");
  await trainTimes(host, 1);
  const scans = mails(20, 900);
  const before = await host.postLines("/v1/score?explain=5", scans);
  const { model } = await host.network();
  await host.restart();
  assertEquals(await host.postLines("/v1/score?explain=5", scans), before);
  const again = (await host.network()).model!;
  assertEquals({ ...again, since: 0 }, { ...model!, since: 0 });
});

Deno.test("the same samples and seed give the same network", async () => {
  const outputs = [];
  for (let i = 0; i < 2; i++) {
    await using host = await Host.start("watch_interval = 1h;");
    await trainTimes(host, 2);
    outputs.push(await host.postLines("/v1/score", mails(20, 900)));
  }
  assertEquals(outputs[0], outputs[1]);
});

const DAMAGES: [what: string, sql: string][] = [
  ["overwritten", "UPDATE model_fields SET bytes = x'00010203'"],
  ["cut off", "UPDATE model_fields SET bytes = substr(bytes, 1, 40)"],
  ["emptied", "UPDATE model_fields SET bytes = x''"],
  ["without its network", "DELETE FROM model_fields"],
];

for (const [what, sql] of DAMAGES) {
  Deno.test(`where the newest model is ${what}, the one before answers`, async () => {
    await using host = await Host.start("watch_interval = 1h;");
    await trainTimes(host, 2);
    const damage = (version: number) =>
      host.sql((database) =>
        database.prepare(
          `${sql} WHERE name = 'ann' AND profile = (SELECT id FROM profiles
            WHERE json_extract(record, '$.version') = ?)`,
        ).run(version)
      );
    damage(2);
    // What answers does not depend on the store.
    assertEquals((await host.network()).model?.version, 2);
    await host.restart();
    assertEquals((await host.network()).model?.version, 1);
    const { json } = await host.post("/v1/score", mail("spam", 999));
    assertEquals(json.results[0].version, 1);
    assertEquals(host.logged("error"), []);
    assert(host.logged("warn").some((line) => line.includes("cannot be used")));
    // A number that was used is not used again.
    const [next] = await trainTimes(host, 1, 5);
    assertEquals(next.model?.version, 3);

    damage(1);
    damage(3);
    await host.restart();
    assertEquals((await host.network()).model, null);
    assertEquals((await host.post("/v1/score", mail("spam", 1))).json, {
      results: [],
    });
    const [last] = await trainTimes(host, 1, 6);
    assertEquals(last.model?.version, 4);
  });
}
