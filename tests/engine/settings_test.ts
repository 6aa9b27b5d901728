import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Host } from "../daemon/host.ts";
import { mail, mails } from "./mail.ts";

/** Names of the settings that have a network, in order. */
async function settingsOf(host: Host, rule = "default"): Promise<string[]> {
  const { rules } = await host.status();
  return rules[rule].networks.map(({ settings }) => settings).sort();
}

Deno.test("settings have networks of their own where they are allowed", async () => {
  await using host = await Host.start(
    "watch_interval = 1h; allowed_settings = [inbound, 7];",
  );
  for (const settings_id of ["inbound", 7, "7", "", null, undefined]) {
    const scan = { ...mail("spam", 1), settings_id };
    assert((await host.post("/v1/learn", scan)).json.learned);
  }
  const other = await host.post("/v1/learn", {
    ...mail("spam", 1),
    settings_id: "outbound",
  });
  assertEquals(other.json.learned, false);
  assertStringIncludes(other.json.reason, "outbound (allowed_settings)");
  assertEquals(await settingsOf(host), ["7", "default", "inbound"]);
  for (const settings of ["inbound", "7", "default"]) {
    assertEquals((await host.network({ settings })).pool?.fresh.spam, 1);
  }
});

Deno.test("what one set of settings learns, another does not answer", async () => {
  await using host = await Host.start(
    "watch_interval = 1h; allowed_settings = all;",
  );
  const settings_id = "out";
  await host.postLines("/v1/learn", mails(40, 0, { settings_id }));
  assert((await host.post("/v1/train", "")).json.trained);
  const resultsFor = async (settings_id?: string) =>
    (await host.post("/v1/score", { ...mail("spam", 99), settings_id })).json
      .results;
  assertEquals((await resultsFor("out"))[0].settings, "out");
  assertEquals(await resultsFor(), []);
  assertEquals(await resultsFor("in"), []);
  // To score makes no network.
  assertEquals(await settingsOf(host), ["out"]);
});

Deno.test("a rule that does not serve the default says so", async () => {
  await using host = await Host.start(
    "rules { OUT { default = false; allowed_settings = [out]; watch_interval = 1h; } }",
  );
  const { json } = await host.post("/v1/learn", mail("spam", 1));
  assertStringIncludes(json.reason, "default = false");
  const learned = await host.post("/v1/learn", {
    ...mail("spam", 1),
    settings_id: "out",
  });
  assert(learned.json.learned);
  assertEquals(await settingsOf(host, "OUT"), ["out"]);
});

Deno.test("settings with equal symbols share a network", async () => {
  await using host = await Host.start(
    `watch_interval = 1h;
     allowed_settings = [a, b, c];
     profile {
       default = [BAYES_SPAM, BAYES_HAM, URIBL_BLACK];
       a = [URIBL_BLACK, BAYES_HAM, BAYES_SPAM];
       b = [BAYES_SPAM, R_DKIM_ALLOW];
       c = [R_DKIM_ALLOW, BAYES_SPAM];
     }`,
  );
  for (const [i, settings_id] of ["default", "a", "b", "c"].entries()) {
    const scan = mail("spam", i, { settings_id });
    assert((await host.post("/v1/learn", scan)).json.learned);
  }
  assertEquals(await settingsOf(host), ["b", "default"]);
  assertEquals((await host.network()).pool?.fresh.spam, 2);
  assertEquals((await host.network({ settings: "b" })).pool?.fresh.spam, 2);
});

Deno.test("there are no more networks than max_settings", async () => {
  const config = "watch_interval = 1h; allowed_settings = all; " +
    "neurald { max_settings = 3; }";
  await using host = await Host.start(config);
  const learn = async (settings_id: string) =>
    (await host.post("/v1/learn", mail("spam", 1, { settings_id }))).json;
  for (const name of ["a", "b", "c"]) assert((await learn(name)).learned);
  const { learned, reason } = await learn("d");
  assertEquals(learned, false);
  assertStringIncludes(reason, "max_settings");
  assert((await learn("a")).learned);
  assertEquals(await settingsOf(host), ["a", "b", "c"]);
  // Also after a restart, which finds them in the store.
  await host.restart();
  assertEquals((await learn("d")).learned, false);
  assertEquals(await settingsOf(host), ["a", "b", "c"]);
});

Deno.test("scans that are refused use up no settings", async () => {
  await using host = await Host.start(
    "watch_interval = 1h; allowed_settings = all; " +
      "neurald { max_settings = 2; }",
  );
  const learn = async (changes: Parameters<typeof mail>[2]) =>
    (await host.post("/v1/learn", mail("spam", 1, changes))).json;
  const refused = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      // Neither a class nor a verdict.
      learn({ settings_id: `refused ${i}`, class: undefined })),
  );
  assert(refused.every(({ learned }) => !learned));
  assertEquals(await settingsOf(host), []);
  const names = Array.from({ length: 20 }, (_, i) => `${i}`);
  const answers = await host.postLines(
    "/v1/learn",
    names.map((settings_id) => mail("spam", 1, { settings_id })),
  );
  assertEquals(
    answers.map(({ learned }) => learned),
    names.map((_, i) => i < 2),
  );
  // There is always room for what is configured.
  assert((await learn({})).learned);
  assertEquals(await settingsOf(host), ["0", "1", "default"]);
  await host.reconfigure(
    "watch_interval = 1h; allowed_settings = [a, b, c]; " +
      "neurald { max_settings = 2; }",
  );
  for (const settings_id of ["a", "b", "c"]) {
    assert((await learn({ settings_id })).learned);
  }
});

Deno.test("the samples of settings are found again after a restart", async () => {
  const config = "watch_interval = 1h; allowed_settings = all;";
  await using host = await Host.start(config);
  const names = ["a_3_b", "rn3_default", "ü", "-1", "__proto__"];
  for (const settings_id of names) {
    await host.post("/v1/learn", mail("spam", 1, { settings_id }));
  }
  await host.restart();
  assertEquals(await settingsOf(host), names.toSorted());
  for (const settings of names) {
    assertEquals((await host.network({ settings })).pool?.fresh.spam, 1);
  }
  // What is not allowed any more is kept, but not served.
  await host.restart("watch_interval = 1h; allowed_settings = [ü];");
  assertEquals(await settingsOf(host), ["ü"]);
  await host.restart(config);
  assertEquals(await settingsOf(host), names.toSorted());
});

Deno.test("metatokens of versions 1 and 3 are learned side by side", async () => {
  await using host = await Host.start(
    "watch_interval = 1h; profile { default = [BAYES_SPAM, BAYES_HAM]; }",
  );
  const tokens = { 1: new Array(26).fill(0.1), 3: new Array(46).fill(0.1) };
  for (const version of [1, 3] as const) {
    const metatokens = tokens[version];
    await host.postLines("/v1/learn", mails(40, 0, { metatokens }));
  }
  assert((await host.post("/v1/train", "")).json.trained);
  for (const version of [1, 3] as const) {
    const network = await host.network({ metatokens: version });
    assertEquals(network.key, `rn3_default_${version}_default`);
    assertEquals(network.pool?.retained, { spam: 40, ham: 40 });
    assertEquals(network.model?.inputs, tokens[version].length + 2);
    const { json } = await host.post("/v1/score", {
      symbols: { BAYES_SPAM: [3, 3] },
      metatokens: tokens[version],
    });
    assertEquals(json.results[0].symbol, "NEURAL_SPAM");
  }
  // Both have their models after a restart.
  await host.restart();
  for (const metatokens of [1, 3]) {
    assertEquals((await host.network({ metatokens })).model?.version, 1);
  }
});

Deno.test("a scan without metatokens goes to the version in use", async () => {
  await using host = await Host.start("watch_interval = 1h;");
  const metatokens = new Array(26).fill(0.1);
  await host.postLines("/v1/learn", mails(40, 0, { metatokens }));
  assert((await host.post("/v1/train", "")).json.trained);
  await host.post("/v1/learn", mail("spam", 500));
  assertEquals(
    (await host.network({ metatokens: 1 })).pool?.fresh,
    { spam: 1, ham: 0 },
  );
  const { json } = await host.post("/v1/score", mail("spam", 501));
  assertEquals(json.results.length, 1);
});

Deno.test("metatokens that are not the configured ones are refused", async () => {
  await using host = await Host.start(
    "watch_interval = 1h; neurald { metatoken_version = 3; }",
  );
  const metatokens = new Array(26).fill(0.1);
  for (const path of ["/v1/learn", "/v1/score"]) {
    const scan = mail("spam", 1, { metatokens });
    const { status, json } = await host.post(path, scan);
    assertEquals(status, 400);
    assertStringIncludes(json.error, "metatoken_version is 3");
    const [line] = await host.postLines(path, [scan]);
    assertEquals(line.status, 400);
  }
  assert((await host.post("/v1/learn", mail("spam", 1))).json.learned);
});

Deno.test("a filter that gives other metatokens is answered by what was learned", async () => {
  await using host = await Host.start("watch_interval = 1h;");
  const old = new Array(26).fill(0.1);
  const learned = mails(40, 0, { metatokens: old });
  await host.postLines("/v1/learn", learned);
  assert((await host.post("/v1/train", "")).json.trained);
  const outputFor = async (metatokens?: unknown) =>
    (await host.post("/v1/score", { ...mail("spam", 99), metatokens })).json
      .results[0]?.output;
  // By position they are of version 3, and not what this model knows.
  const without = await outputFor(new Array(26).fill(0));
  assertEquals(await outputFor(new Array(46).fill(0.7)), without);
  assert(await outputFor(new Array(26).fill(0.7)) !== without);
  // To score is not to learn.
  assertEquals((await host.status()).rules.default.networks.length, 1);
  // As soon as there is a model of its own, it answers.
  const fresh = mails(40, 0, { metatokens: new Array(46).fill(0.1) });
  await host.postLines("/v1/learn", fresh);
  assertEquals(await outputFor(new Array(46).fill(0.7)), without);
  assert((await host.post("/v1/train", "")).json.trained);
  assert(await outputFor(new Array(46).fill(0.7)) !== without);
});

Deno.test("names that both versions have are of the version that is configured", async () => {
  const config = "watch_interval = 1h;";
  await using host = await Host.start(config);
  const metatokens = new Array(26).fill(0.1);
  await host.postLines("/v1/learn", mails(40, 0, { metatokens }));
  assert((await host.post("/v1/train", "")).json.trained);
  const outputFor = async (metatokens: unknown) =>
    (await host.post("/v1/score", { ...mail("spam", 99), metatokens })).json
      .results[0].output;
  const without = await outputFor({});
  assert(await outputFor({ size: 0.7 }) !== without);
  await host.restart(config + "neurald { metatoken_version = 3; }");
  assertEquals(await outputFor({ size: 0.7 }), without);
});
