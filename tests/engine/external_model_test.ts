import { assert, assertEquals } from "@std/assert";
import { digestOfProviders } from "../../lib/engine/providers.ts";
import { decodeRnm, encodeRnm } from "../../lib/model/rnm.ts";
import { configOf, Host } from "../daemon/host.ts";
import { learnAndTrain } from "../daemon/trained_host.ts";
import { until } from "../daemon/until.ts";
import { assertClose } from "../nn/close.ts";
import { redisTest } from "../store/redis/redis_test_case.ts";
import { RedisServer } from "../store/redis/server.ts";
import { type LabelledMail, mails, swapped } from "./mail.ts";

const SCANS = mails(20, 900);
const LINEAR = "architecture = linear;";

/** A host that has learned and trained, and its model in a file. */
async function trainedModel(
  path: string,
  scans: LabelledMail[] = mails(60),
  config = LINEAR,
): Promise<number[]> {
  await using host = await Host.start(`watch_interval = 1h; ${config}`);
  await learnAndTrain(host, scans);
  const answer = await fetch(`${host.url}/v1/models/default:default:1/export`);
  // It may be read at any time.
  await Deno.writeFile(`${path}.new`, await answer.bytes());
  await Deno.rename(`${path}.new`, path);
  return await scoresOf(host);
}

async function scoresOf(host: Host): Promise<number[]> {
  const answers = await host.postLines("/v1/score", SCANS);
  return answers.map(({ results }) => results[0]?.output);
}

function configFor(path: string, more = "", outside = LINEAR): string {
  return `watch_interval = 1h; ${outside}
    external_model { url = "${path}"; check_interval = 1s; ${more} }`;
}

async function untilExternal(
  host: Host,
  state: "current" | "failing",
): Promise<string> {
  return await until(`the external model is ${state}`, async () => {
    const { external_model } = (await host.status()).rules.default;
    if (external_model?.state !== state) return undefined;
    return external_model.reason ?? "well";
  });
}

/** Waits until it has been checked so often again. */
async function checks(host: Host, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const checkedAt = async () =>
      (await host.status()).rules.default.external_model!.checked_at;
    const before = await checkedAt();
    await until("it is checked", async () => await checkedAt() !== before);
  }
}

async function inFolder(
  use: (path: (name: string) => string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use((name) => `${folder}/${name}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("an external model is merged with the local one", () =>
  inFolder(async (path) => {
    const external = await trainedModel(path("model"), mails(60, 300));
    await using host = await Host.start(`watch_interval = 1h; ${LINEAR}`);
    await learnAndTrain(host, mails(60));
    const local = await scoresOf(host);
    await host.reconfigure(configFor(path("model"), "merge_alpha = 0.25"));
    await untilExternal(host, "current");
    const { model } = await host.network();
    assertEquals(model!.version, 2);
    const { origin } = model!;
    assert(origin.kind === "external");
    assertEquals(origin.merged, 0.25);
    const { last_change } = await host.network();
    assertEquals(last_change!.outcome, "fetched");
    assert(last_change!.figures!.error <= last_change!.current_figures!.error);
    // Symbols are the same, and the networks have one layer.
    for (const [i, score] of (await scoresOf(host)).entries()) {
      const expected = 0.25 * Math.atanh(external[i]) +
        0.75 * Math.atanh(local[i]);
      assertClose(Math.atanh(score), expected, 1e-3);
    }
    // It is not merged again and again, nor after a restart.
    await checks(host, 2);
    await host.restart();
    await untilExternal(host, "current");
    assertEquals((await host.network()).model!.version, 2);
  }));

Deno.test("where the architectures differ, the external model is alone", () =>
  inFolder(async (path) => {
    const external = await trainedModel(
      path("model"),
      mails(60),
      "architecture = symbol;",
    );
    await using host = await Host.start(`watch_interval = 1h; ${LINEAR}`);
    await learnAndTrain(host, mails(60));
    await host.reconfigure(configFor(path("model")));
    await untilExternal(host, "current");
    assertEquals(await scoresOf(host), external);
    assert(
      host.logged("info").some((line) =>
        line.startsWith("an external model is used alone") &&
        line.includes("their architectures differ")
      ),
    );
  }));

Deno.test("an external model that is worse is refused", () =>
  inFolder(async (path) => {
    await trainedModel(path("model"), swapped(mails(60)));
    await using host = await Host.start(`watch_interval = 1h; ${LINEAR}`);
    await learnAndTrain(host, mails(200));
    const local = await scoresOf(host);
    await host.reconfigure(configFor(path("model"), "merge_alpha = 0.9"));
    const reason = await untilExternal(host, "failing");
    assert(/ham for spam|in service/.test(reason), reason);
    assertEquals(await scoresOf(host), local);
    assertEquals((await host.network()).model!.version, 1);
  }));

Deno.test("an external model is trained further on local samples", () =>
  inFolder(async (path) => {
    await trainedModel(path("model"), mails(60, 300));
    const config = configFor(
      path("model"),
      "min_local_samples = 60",
      `${LINEAR} train { max_trains = 1000; }`,
    ).replace("watch_interval = 1h", "watch_interval = 50ms");
    await using host = await Host.start(config);
    await untilExternal(host, "current");
    await host.postLines("/v1/learn", mails(29));
    await checks(host, 1);
    assertEquals((await host.network()).model!.version, 1);
    await host.postLines("/v1/learn", mails(1, 29));
    const network = await until("it is trained", async () => {
      const network = await host.network();
      const { kind } = network.model!.origin;
      return kind === "trained" ? network : undefined;
    });
    assertEquals(network.last_training!.outcome, "published");
    assertEquals(network.last_training!.went_on, true);
    // The same file is not taken again, and the local samples not undone.
    await checks(host, 2);
    await host.restart();
    await untilExternal(host, "current");
    assertEquals((await host.network()).model!.version, 2);
  }));

Deno.test("what was rolled back from does not come back by itself", () =>
  inFolder(async (path) => {
    const first = await trainedModel(path("model"));
    await using host = await Host.start(configFor(path("model")));
    await untilExternal(host, "current");
    const second = await trainedModel(path("model"), mails(60, 300));
    await until(
      "the second is in service",
      async () => (await host.network()).model!.version === 2,
    );
    assertEquals(await scoresOf(host), second);
    await host.post("/v1/models/rollback", {});
    assertEquals(await scoresOf(host), first);
    await checks(host, 2);
    await host.restart();
    await untilExternal(host, "current");
    assertEquals(await scoresOf(host), first);
    // Another one would have to win, and there is nothing to judge it by.
    await trainedModel(path("model"), mails(60, 500));
    const reason = await untilExternal(host, "failing");
    assert(reason.includes("needed"), reason);
    assertEquals(await scoresOf(host), first);
  }));

Deno.test("an external model is for the providers of the rule", () =>
  inFolder(async (path) => {
    const expected = await trainedModel(path("model"));
    const providers = `${LINEAR} providers = [{ type = symbols }];`;
    const [rule] = configOf(providers).rules;
    const digest = (await digestOfProviders(rule))!;
    const file = decodeRnm(await Deno.readFile(path("model")));
    const write = (name: string, providersDigest: string) =>
      Deno.writeFile(path(name), encodeRnm({ ...file, providersDigest }));
    await write("other", "0123456789abcdef");
    await write(digest, digest);

    await using host = await Host.start(
      configFor(path("other"), "", providers),
    );
    const reason = await untilExternal(host, "failing");
    assertEquals(
      reason,
      "it is for other providers: their digest is 0123456789abcdef, and that " +
        `of the rule ${digest}`,
    );
    const base = configFor(path(""), "", providers)
      .replace("url =", "base_url =");
    await host.reconfigure(base);
    await untilExternal(host, "current");
    assertEquals(await scoresOf(host), expected);
  }));

Deno.test("an external model serves all settings of its rule", () =>
  inFolder(async (path) => {
    const expected = await trainedModel(path("model"));
    const settings = `${LINEAR} allowed_settings = [one, two];`;
    await using host = await Host.start(configFor(path("model"), "", settings));
    await untilExternal(host, "current");
    for (const settings_id of [undefined, "one", "two"]) {
      const scans = SCANS.map((scan) => ({ ...scan, settings_id }));
      const answers = await host.postLines("/v1/score", scans);
      assertEquals(answers.map(({ results }) => results[0].output), expected);
    }
    const { networks } = (await host.status()).rules.default;
    assertEquals(networks.length, 3);
  }));

redisTest(
  "of hosts that share a store one publishes what all fetch",
  () =>
    inFolder(async (path) => {
      await using stack = new AsyncDisposableStack();
      const redis = stack.use(await RedisServer.start());
      const first = await trainedModel(path("model"));
      const config = configFor(path("model")).replace("1h", "200ms");
      const hosts = await Promise.all(
        [1, 2, 3].map(async () =>
          stack.use(await Host.start(config, { store: redis.url }))
        ),
      );
      const allSay = (scores: number[]) =>
        until("all say the same", async () => {
          const said = await Promise.all(hosts.map(scoresOf));
          return said.every((one) => String(one) === String(scores));
        });
      await allSay(first);
      await Promise.all(hosts.map((host) => untilExternal(host, "current")));
      const second = await trainedModel(path("model"), mails(60, 300));
      await allSay(second);
      for (const host of hosts) {
        await checks(host, 1);
        assertEquals((await host.network()).model!.version, 2);
        assertEquals(host.logged("warn"), []);
      }
      const published = hosts.flatMap((host) => host.logged("info"))
        .filter((line) => line.startsWith("an external model is in service"));
      assertEquals(published.length, 2);
    }),
);
