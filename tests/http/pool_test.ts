import { assert, assertEquals } from "@std/assert";
import type { Pools } from "../../lib/engine/pools.ts";
import { Host } from "../daemon/host.ts";
import { mail, mails } from "../engine/mail.ts";

const QUIET = "watch_interval = 1h;";

async function poolsOf(host: Host, query = ""): Promise<Pools> {
  const { status, json } = await host.ask(`/v1/pool${query}`);
  assertEquals(status, 200);
  return json;
}

Deno.test("a pool is described before anything is learned", async () => {
  await using host = await Host.start(`rules { A { ${QUIET} } B { } }`);
  const { at, rules } = await poolsOf(host);
  assert(Math.abs(at - Date.now() / 1000) < 60);
  const nothing = {
    learn_mode: "balanced",
    max_trains: 1000,
    refused: null,
    pools: [],
  };
  assertEquals(rules, { A: nothing, B: nothing });
});

Deno.test("a pool tells its sources, its refusals, and what it lacks", async () => {
  const before = Math.floor(Date.now() / 1000);
  await using host = await Host.start(
    `${QUIET} train { max_trains = 20; classes_bias = 0.25; }`,
  );
  await host.postLines("/v1/learn", [
    ...mails(3),
    mail("spam", 10),
    { ...mail("spam", 11), source: "folder" },
    { ...mail("ham", 12), class: undefined, action: "no action", score: -5 },
    { ...mail("ham", 13), class: undefined, action: undefined },
  ]);
  const { rules: { default: rule } } = await poolsOf(host);
  const [pool] = rule.pools;
  assertEquals(
    [pool.settings, pool.metatoken_version, pool.key],
    ["default", 3, "rn3_default_3_default"],
  );
  assertEquals(
    pool.groups.map(({ oldest, newest, ...group }) => {
      assert(before <= oldest! && oldest! <= newest!);
      assert(newest! <= Date.now() / 1000);
      return group;
    }),
    [
      { class: "spam", source: "hand", fresh: true, samples: 4 },
      { class: "spam", source: "folder", fresh: true, samples: 1 },
      { class: "ham", source: "hand", fresh: true, samples: 3 },
      { class: "ham", source: "auto", fresh: true, samples: 1 },
    ],
  );
  assertEquals(pool.quarantined, 0);
  assertEquals(pool.next_training, { missing: { spam: 15, ham: 11 } });
  assert(rule.refused);
  assert(before <= rule.refused.since);
  assertEquals(rule.refused.reasons, [{ kind: "verdict", times: 1 }]);
});

Deno.test("a pool tells of a training what it would wait for", async () => {
  await using host = await Host.start(
    `${QUIET} train { max_trains = 5; frozen = true; }`,
  );
  await host.postLines("/v1/learn", mails(7));
  const { rules } = await poolsOf(host);
  assertEquals(rules.default.pools[0].next_training, {
    missing: { spam: 3, ham: 3 },
    kept_back: "train.frozen",
  });
});

Deno.test("what was trained is retained, and as much is missing again", async () => {
  await using host = await Host.start(`${QUIET} train { max_trains = 7; }`);
  await host.postLines("/v1/learn", mails(30));
  await host.post("/v1/train", {});
  const { rules } = await poolsOf(host);
  const [{ groups, next_training }] = rules.default.pools;
  assertEquals(groups.map(({ fresh, samples }) => [fresh, samples]), [
    [false, 30],
    [false, 30],
  ]);
  assertEquals(next_training.missing, { spam: 7, ham: 7 });
});

Deno.test("one rule is described alone, if there is such a rule", async () => {
  await using host = await Host.start(
    `rules { A { ${QUIET} } B { ${QUIET} } }`,
  );
  assertEquals(Object.keys((await poolsOf(host, "?rule=B")).rules), ["B"]);
  const unknown = await host.ask("/v1/pool?rule=C");
  assertEquals(unknown.status, 404);
  assertEquals(unknown.json.error, 'there is no rule "C"; there are: A, B');
  assertEquals((await host.ask("/v1/pool?x=1")).status, 400);
});

Deno.test("a message is learned once, and as people say", async () => {
  await using host = await Host.start(QUIET);
  const learn = async (scan: unknown) =>
    (await host.post("/v1/learn", scan)).json.results[0];
  const of = { message_id: "<one@example.com>" };
  const junk = { class: undefined, action: "reject", score: 20 };
  assertEquals((await learn({ ...mail("ham", 1), ...of })).outcome, "added");
  assertEquals((await learn({ ...mail("ham", 2), ...of })).outcome, "known");
  assertEquals(await learn({ ...mail("ham", 3), ...of, ...junk }), {
    rule: "default",
    settings: "default",
    learned: false,
    class: "spam",
    outcome: "overruled",
    reason: "it was taught by hand as ham",
  });
  assertEquals(
    (await learn({ ...mail("spam", 4), ...of, source: "folder" })).outcome,
    "moved",
  );
  const { rules: { default: { pools: [pool], refused } } } = await poolsOf(
    host,
  );
  assertEquals(
    pool.groups.map((
      { class: mailClass, source, samples },
    ) => [mailClass, source, samples]),
    [["spam", "folder", 1]],
  );
  assertEquals(refused?.reasons, [
    { class: "spam", kind: "taught by hand", times: 1 },
  ]);
});

Deno.test("a source is one of two, and of a class that is given", async () => {
  await using host = await Host.start(QUIET);
  const errorOf = async (changes: unknown) => {
    const scan = { ...mail("spam", 1), ...changes as object };
    const { status, json } = await host.post("/v1/learn", scan);
    return status === 400 ? json.error : status;
  };
  for (const source of ["auto", "vectors", "", 1, {}]) {
    assertEquals(
      await errorOf({ source }),
      'source: "hand" or "folder" is needed',
    );
  }
  assertEquals(
    await errorOf({ source: "folder", class: undefined }),
    "source: a class is needed, too",
  );
  assertEquals(await errorOf({ source: null }), 200);
  assertEquals(await errorOf({ source: "hand" }), 200);
});

Deno.test("vectors are a source of their own", async () => {
  await using host = await Host.start(`${QUIET} profile { default = [A, B]; }`);
  const vector = (last: number) => [...new Array(47).fill(0), last];
  await host.post("/plugins/neural/learn", {
    spam_vec: [vector(1)],
    ham_vec: [vector(2)],
  });
  const { rules: { default: { pools } } } = await poolsOf(host);
  const groups = pools.flatMap(({ groups }) => groups);
  assertEquals(groups.map(({ source }) => source), ["vectors", "vectors"]);
});
