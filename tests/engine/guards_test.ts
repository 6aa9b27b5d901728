import { assert, assertEquals, assertMatch } from "@std/assert";
import { AutolearnRegistry } from "../../lib/policy/autolearn/registry.ts";
import { Host } from "../daemon/host.ts";
import { GuardServer, type Reply } from "./guard_server.ts";
import { mail } from "./mail.ts";

/** A spam that nobody labelled. */
function spam(number: number, changes: object = {}) {
  const { symbols } = mail("spam", number);
  return { symbols, score: 9, action: "reject", ...changes };
}

/** A rule that learns by autolearn, past guards. */
const guarded = (guards: string) =>
  `watch_interval = 1h; train { learn_mode = proportional; max_trains = 1k; }
   autolearn { enabled = true; spam_score = 6; ham_score = -2; }
   neurald { guards { ${guards} } }`;

Deno.test("a guard is asked over HTTP, with what it needs to know", async () => {
  await using server = new GuardServer(({ class: mailClass }) =>
    Response.json(
      mailClass === "spam"
        ? { allow: true }
        : { allow: false, reason: "never ham" },
    )
  );
  await using host = await Host.start(
    guarded(`site { url = "${server.url}" }`),
  );
  const scan = {
    ...spam(1),
    symbols: { A: [3, 4], B: 1 },
    user: undefined,
    ip: "8.8.8.8",
    message_id: "<a@b>",
    variables: { neural_prob: 0.5 },
  };
  assertEquals((await host.post("/v1/learn", scan)).json.class, "spam");
  assertEquals(server.questions, [{
    rule: "default",
    class: "spam",
    scan: {
      score: 9,
      action: "reject",
      ip: "8.8.8.8",
      message_id: "a@b",
      symbols: [
        { name: "A", score: 3, weight: 4 },
        { name: "B", score: 1 },
      ],
      variables: { neural_prob: 0.5 },
    },
  }]);
  const ham = await host.post("/v1/learn", spam(2, { score: -5 }));
  assertEquals(ham.json.reason, "score -5.00 < spam_score 6.00");
  assertEquals(server.questions.at(-1)?.class, "ham");
  // Somebody's word needs no guard.
  const asked = server.questions.length;
  await host.post("/v1/learn", { ...spam(3), class: "spam" });
  await host.post("/v1/score", spam(4));
  assertEquals(server.questions.length, asked);
  assertEquals((await host.status()).guards, [{
    name: "site",
    priority: 0,
    asked: 3,
    refused: 1,
    failed: 0,
  }]);
});

Deno.test("connections to a guard are kept, and it is asked in parallel", async () => {
  let [inside, most] = [0, 0];
  await using server = new GuardServer(async () => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setTimeout(resolve, 20));
    inside--;
    return Response.json({ allow: true });
  });
  await using host = await Host.start(
    guarded(`site { url = "${server.url}"; timeout = 5s }`),
  );
  const scans = Array.from({ length: 256 }, (_, i) => spam(i));
  const answers = await host.postLines("/v1/learn", scans);
  assert(answers.every(({ learned }) => learned));
  assertEquals(server.questions.length, 256);
  assert(most > 8 && most <= 32, `${most} at a time`);
  const before = server.ports.size;
  for (let i = 300; i < 310; i++) await host.post("/v1/learn", spam(i));
  assert(server.ports.size <= before + 2, `${server.ports.size}, ${before}`);
});

/** Answers that are none, and what is said of them. */
const NONSENSE: [string, Reply, RegExp][] = [
  ["hangs", () => new Promise(() => {}), /^it took longer than 0\.2 s$/],
  [
    "never ends",
    () => new Response(new ReadableStream({ start() {} })),
    /^it took longer than 0\.2 s$/,
  ],
  ["is no JSON", () => new Response("<html>"), /^its answer is not JSON$/],
  ["is null", () => Response.json(null), /^its answer is not {"allow": true}/],
  ["is a list", () => Response.json([true]), /^its answer is not {"allow"/],
  [
    "is no boolean",
    () => Response.json({ allow: "true" }),
    /^its answer is not {"allow"/,
  ],
  [
    "is too long",
    () => Response.json({ allow: true, filler: "x".repeat(1 << 20) }),
    /^its answer has more than 16384 bytes$/,
  ],
  [
    "is an error",
    () => Response.json({ allow: true }, { status: 500 }),
    /^it answered with status 500$/,
  ],
  [
    "is a redirect",
    (_, { url }) => Response.redirect(url, 307),
    /^it answered with status 307$/,
  ],
];

for (const [what, reply, why] of NONSENSE) {
  Deno.test(`what a guard answers ${what}: it blocks, or allows`, async () => {
    await using server = new GuardServer(reply);
    await using host = await Host.start(guarded(
      `site { url = "${server.url}"; timeout = 200ms }`,
    ));
    for (let i = 0; i < 3; i++) {
      const begin = performance.now();
      const { status, json } = await host.post("/v1/learn", spam(i));
      assertEquals([status, json.learned], [200, false]);
      const { reason } = json;
      assertMatch(reason, /^blocked by guard: site gave no answer: /);
      assertMatch(reason.replace(/^.*answer: (?=its? )/, ""), why);
      assert(performance.now() - begin < 2000);
    }
    // Spam and ham were asked about.
    const [{ failed, last_error }] = (await host.status()).guards!;
    assertEquals(failed, 6);
    assertMatch(last_error!, why);
    assertEquals(host.logged("warn").length, 6);
    assertEquals(host.logged("error"), []);
    await host.reconfigure(guarded(
      `site { url = "${server.url}"; timeout = 200ms; on_error = allow }`,
    ));
    assertEquals((await host.post("/v1/learn", spam(9))).json.learned, true);
  });
}

Deno.test("a guard that is away blocks, and its password stays secret", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await using host = await Host.start(
    guarded(`site { url = "http://u:secret@127.0.0.1:${port}/?t=secret" }`),
  );
  const { json } = await host.post("/v1/learn", spam(1));
  assertMatch(json.reason, /^blocked by guard: site gave no answer: /);
  const told = JSON.stringify([json, host.log, await host.status()]);
  assert(!told.includes("secret"), told);
});

Deno.test("many lines past a guard that hangs are answered in time", async () => {
  await using server = new GuardServer(() => new Promise(() => {}));
  await using host = await Host.start(
    guarded(`site { url = "${server.url}"; timeout = 100ms }`),
  );
  const begin = performance.now();
  const scans = Array.from({ length: 128 }, (_, i) => spam(i));
  const answers = await host.postLines("/v1/learn", scans);
  assert(answers.every(({ learned }) => !learned));
  // Each is asked about twice, 32 at a time.
  const seconds = (performance.now() - begin) / 1000;
  assert(seconds > 0.5 && seconds < 8, `${seconds} s`);
});

Deno.test("an expression guards a class", async () => {
  await using host = await Host.start(guarded(`
    "white list" { condition = "BAYES_SPAM > 2 & !WHITELIST"; class = spam }
  `));
  const reasonOf = async (symbols: object, score: number) =>
    (await host.post("/v1/learn", { symbols, score })).json.reason;
  assertEquals(await reasonOf({ BAYES_SPAM: 3 }, 9), undefined);
  assertEquals(
    await reasonOf({ BAYES_SPAM: 3, WHITELIST: 0 }, 9),
    "blocked by guard: white list: BAYES_SPAM > 2 & !WHITELIST does not hold",
  );
  assertEquals(await reasonOf({ WHITELIST: 0 }, -9), undefined);
});

Deno.test("guards of programs and of the configuration stand in one order", async () => {
  const autolearn = new AutolearnRegistry();
  await using host = await Host.start(
    guarded('A { condition = "NOT_THERE"; priority = 5 }'),
    { autolearn },
  );
  const blockedBy = async () => {
    const { json } = await host.post("/v1/learn", spam(1));
    return json.reason?.replace("blocked by guard: ", "");
  };
  assertEquals(await blockedBy(), "A: NOT_THERE does not hold");
  autolearn.guards.register("B", () => "B said so", { priority: 6 });
  autolearn.guards.register("C", () => "C said so", { priority: 4 });
  assertEquals(await blockedBy(), "B said so");
  autolearn.guards.unregister("B");
  assertEquals(await blockedBy(), "A: NOT_THERE does not hold");
  await host.reconfigure(guarded(""));
  assertEquals(await blockedBy(), "C said so");
  autolearn.guards.unregister("C");
  assertEquals(await blockedBy(), undefined);
});
