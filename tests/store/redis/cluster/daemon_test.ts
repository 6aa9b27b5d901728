import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startDaemon } from "../../../../lib/daemon.ts";
import { lineLog } from "../../../../lib/log/line_log.ts";
import { CLUSTER_KEYS } from "../../../../lib/store/redis/keys.ts";
import { REGISTRY } from "../../../../lib/store/redis/registry.ts";
import { list, text } from "../../../../lib/store/redis/replies.ts";
import { configOf } from "../../../daemon/host.ts";
import { until } from "../../../daemon/until.ts";
import { mail, mails } from "../../../engine/mail.ts";
import { redisTest } from "../redis_test_case.ts";
import { type ClusterNode, RedisCluster } from "./redis_cluster.ts";

const PASSWORD = "hunter2";

/** A daemon over a cluster that the configuration names. */
async function startHost(
  cluster: RedisCluster,
  rules: string[],
  maxTrains = 1000,
) {
  const lines: string[] = [];
  const servers = cluster.masters.map(({ server }) =>
    `127.0.0.1:${server.port}`
  );
  const sections = rules.map((rule) =>
    `${rule} {
      watch_interval = 100ms;
      train { max_trains = ${maxTrains} }
    }`
  );
  const daemon = await startDaemon({
    config: configOf(`
      rules { ${sections.join("\n")} }
      redis {
        servers = "${servers}";
        cluster = true;
        password = "${PASSWORD}";
        timeout = 1s;
      }`),
    listen: { hostname: "127.0.0.1", port: 0 },
    log: lineLog("debug", (line) => lines.push(line)),
    nextSeed: () => 1,
  });
  const ask = async (path: string, json?: unknown) => {
    const response = await fetch(daemon.url + path, {
      ...json !== undefined && { method: "POST", body: JSON.stringify(json) },
    });
    const text = await response.text();
    assert(!text.includes(PASSWORD), text);
    return { status: response.status, json: JSON.parse(text), text };
  };
  return { lines, ask, [Symbol.asyncDispose]: () => daemon.stop() };
}

type Host = Awaited<ReturnType<typeof startHost>>;

const seriesOf = (rule: string) => `rn3_${rule}_3_default`;

/** A rule of each master: its samples are there. */
async function rulesApart(
  cluster: RedisCluster,
): Promise<[rule: string, master: ClusterNode][]> {
  const rules = new Map<ClusterNode, string>();
  for (let i = 0; rules.size < cluster.masters.length; i++) {
    const rule = `rule${i}`;
    const [key] = CLUSTER_KEYS.of(seriesOf(rule));
    rules.set(await cluster.ownerOf(key), rule);
  }
  return [...rules].map(([master, rule]) => [rule, master]);
}

redisTest("learn, train and score over a cluster", async () => {
  await using cluster = await RedisCluster.start({ password: PASSWORD });
  const [[lost, master], [kept]] = await rulesApart(cluster);
  const rules = [lost, kept];
  await using host = await startHost(cluster, rules);
  const { ask } = host;
  const learn = (number: number, rule: string) =>
    ask("/v1/learn", mail("ham", number, { rule }));
  for (const rule of rules) {
    for (const one of mails(40, 0, { rule })) {
      assertEquals((await ask("/v1/learn", one)).status, 200);
    }
    const training = await ask(`/v1/train?rule=${rule}`, {});
    assert(training.json.trained, training.text);
  }
  const scan = mail("spam", 1000);
  const scored = (await ask("/v1/score", scan)).json;
  assertEquals(scored.results.length, 2);

  // Every key is of neurald, and of one of the series.
  for (const key of await cluster.keys()) {
    const isOwn = rules.some((rule) =>
      key.startsWith(`{neurald:${seriesOf(rule)}}`)
    );
    assert(isOwn || /^neurald_(?:health:\d+|series)$/.test(key), key);
  }

  // Another host that knows nothing but the cluster.
  await using other = await startHost(cluster, rules);
  assertEquals((await other.ask("/v1/score", scan)).json, scored);

  await master.server.stop("SIGKILL");
  const why = `127.0.0.1:${master.server.port}: it refuses connections`;
  await until(
    "it is told",
    async () => (await ask("/readyz")).text.includes(why),
  );
  assertEquals((await ask("/readyz")).status, 503);
  const refused = await learn(1001, lost);
  assertEquals(refused.status, 503);
  assertStringIncludes(refused.json.error, why);
  assertEquals((await learn(1001, kept)).status, 200);
  assertEquals((await ask("/v1/score", scan)).json, scored);

  await master.server.startAgain();
  await until("it is ready", async () => (await ask("/readyz")).status === 200);
  const healed = await learn(1001, lost);
  assertEquals(healed.status, 200, healed.text);
  assertEquals((await ask("/v1/score", scan)).json, scored);
  assert(!host.lines.some((line) => line.includes(PASSWORD)));
});

redisTest("trainings go on while another master is away", async () => {
  await using cluster = await RedisCluster.start({ password: PASSWORD });
  const apart = await rulesApart(cluster);
  const rules = apart.map(([rule]) => rule);
  // The names of all series are there too.
  const away = await cluster.ownerOf(REGISTRY);
  const lost = apart.find(([, master]) => master === away)![0];
  const [kept, fresh] = rules.filter((rule) => rule !== lost);
  const learn = async (host: Host, rule: string) => {
    for (const one of mails(40, 0, { rule })) {
      const { status, text } = await host.ask("/v1/learn", one);
      assertEquals(status, 200, text);
    }
  };
  const isTrained = (host: Host, rule: string) => async () =>
    (await host.ask("/v1/score", mail("spam", 1000))).json.results
      .some((result: { rule: string }) => result.rule === rule);
  await using host = await startHost(cluster, rules, 20);
  for (const one of mails(5, 500, { rule: lost })) {
    await host.ask("/v1/learn", one);
  }
  await away.server.stop("SIGKILL");
  await until(
    "it is told of its rule",
    () => host.lines.some((line) => line.includes(`rule=${lost}`)),
  );
  await learn(host, kept);
  await until("the rule is trained", isTrained(host, kept));
  // Whoever starts now knows no names.
  await using late = await startHost(cluster, rules, 20);
  await until("it has the model", isTrained(late, kept));
  await learn(late, fresh);
  await until("another rule is trained", isTrained(late, fresh));
  await until("all others see it", isTrained(host, fresh));
  const problems = host.lines.filter((line) => / (error|warn) /.test(line));
  assert(problems.every((line) => line.includes(`rule=${lost}`)), problems[0]);

  await away.server.startAgain();
  await until(
    "the names are noted",
    async () =>
      list(await away.ask("SMEMBERS", REGISTRY).catch(() => [])).map(text)
        .sort().join() ===
        rules.map(seriesOf).sort().join(),
  );
  await learn(late, lost);
  await until("its own rule is trained", isTrained(late, lost));
});
