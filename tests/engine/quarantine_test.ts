import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { encode } from "@msgpack/msgpack";
import { Host } from "../daemon/host.ts";
import { mails } from "./mail.ts";

const GARBAGE: [what: string, bytes: Uint8Array][] = [
  ["nothing", new Uint8Array(0)],
  ["noise", Uint8Array.of(0xc1, 1, 2, 3, 4)],
  ["cut off", encode([1, 3, [], ["A"], [1]]).slice(0, -4)],
  ["text", new TextEncoder().encode("0;1;0.5;0")],
  ["no list", encode({ version: 1 })],
  ["another format", encode([2, 3, [], ["A"], [1]])],
  // One number too few for the metatokens, as in rspamd issue 6266.
  ["too short", encode([1, 3, new Array(45).fill(0), ["A"], [1]])],
  ["of another version", encode([1, 1, new Array(26).fill(0), ["A"], [1]])],
  ["of unknown version", encode([1, 9, [], ["A"], [1]])],
  ["without a value", encode([1, 3, [], ["A", "B"], [1]])],
  ["not a number", encode([1, 3, [], ["A"], [NaN]])],
  ["infinite", encode([1, 3, [], ["A"], [Infinity]])],
  ["beyond all measure", encode([1, 3, [], ["A"], [1e300]])],
  ["names that are none", encode([1, 3, [], [1], [1]])],
];

/** Puts samples into the store as no neurald would. */
function insert(host: Host, samples: Uint8Array[]): void {
  host.sql((database) => {
    const insert = database.prepare(
      `INSERT INTO samples (series, is_spam, is_fresh, digest, features)
        VALUES ((SELECT id FROM series), ?, 1, ?, ?)`,
    );
    for (const [i, bytes] of samples.entries()) {
      insert.run(i % 2, crypto.getRandomValues(new Uint8Array(16)), bytes);
    }
  });
}

Deno.test("samples that cannot be read are set aside, and training goes on", async () => {
  await using host = await Host.start("watch_interval = 1h;");
  await host.postLines("/v1/learn", mails(40));
  insert(host, GARBAGE.map(([, bytes]) => bytes));
  const before = (await host.network()).pool!;
  assertEquals(
    before.fresh.spam + before.fresh.ham,
    80 + GARBAGE.length,
  );
  const { json } = await host.post("/v1/train", "");
  assert(json.trained, JSON.stringify(json));
  assertEquals(json.results[0].report.unreadable, GARBAGE.length);
  const { pool, last_training } = await host.network();
  assertEquals(pool, {
    fresh: { spam: 0, ham: 0 },
    retained: { spam: 40, ham: 40 },
    quarantined: GARBAGE.length,
  });
  assertEquals(last_training?.unreadable, GARBAGE.length);
  // Each is kept with a reason for people to look at.
  const rows = host.sql((database) =>
    database.prepare("SELECT features, reason FROM quarantine ORDER BY id")
      .all()
  );
  for (const [i, [what, bytes]] of GARBAGE.entries()) {
    assertEquals(rows[i].features, bytes, what);
    assert((rows[i].reason as string).length > 5, what);
  }
  // Once is enough.
  await host.postLines("/v1/learn", mails(40, 100));
  const again = await host.post("/v1/train", "");
  assertEquals(again.json.results[0].report.unreadable, 0);
  assertEquals((await host.network()).pool?.quarantined, GARBAGE.length);
});

Deno.test("samples that cannot be read are set aside by a refusal too", async () => {
  await using host = await Host.start("watch_interval = 1h;");
  const same = Array.from({ length: 60 }, (_, i) => ({
    class: i % 2 ? "spam" : "ham",
    symbols: { SAME: [1, 1] },
    metatokens: new Array(46).fill(0).with(0, i * 1e-9),
  }));
  await host.postLines("/v1/learn", same);
  insert(host, GARBAGE.map(([, bytes]) => bytes));
  const { json } = await host.post("/v1/train", "");
  assertEquals(json.results[0].report.outcome, "refused");
  assertEquals((await host.network()).pool?.quarantined, GARBAGE.length);
});

Deno.test("samples that cannot be read are set aside where too few others are", async () => {
  await using host = await Host.start("watch_interval = 1h;");
  await host.postLines("/v1/learn", mails(2));
  insert(host, GARBAGE.map(([, bytes]) => bytes));
  const { json } = await host.post("/v1/train", "");
  const { outcome, reason, unreadable } = json.results[0].report;
  assertEquals([outcome, unreadable], ["failed", GARBAGE.length]);
  assertStringIncludes(reason, `${GARBAGE.length} could not be read`);
  const { pool } = await host.network();
  assertEquals(pool?.fresh, { spam: 2, ham: 2 });
  assertEquals(pool?.quarantined, GARBAGE.length);
});
