import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  readClusterSlots,
  slotOf,
  SLOTS,
} from "../../../../lib/store/redis/cluster/slots.ts";
import { CLUSTER_KEYS } from "../../../../lib/store/redis/keys.ts";
import { Link } from "../../../../lib/store/redis/link.ts";
import { redisTest } from "../redis_test_case.ts";
import { RedisServer } from "../server.ts";

const encoder = new TextEncoder();

/** Names with braces in odd places. */
const anyName = fc.array(
  fc.oneof(fc.constantFrom("{", "}", "{}", "}{"), fc.string({ maxLength: 4 })),
  { maxLength: 6 },
).map((parts) => parts.join(""));

redisTest("slots are those that Redis says", async () => {
  await using server = await RedisServer.start(["--cluster-enabled", "yes"]);
  const link = await Link.open({ host: "127.0.0.1", port: server.port }, {
    login: {},
    connectTimeoutMs: 5000,
    requestTimeoutMs: 5000,
  });
  try {
    await fc.assert(
      fc.asyncProperty(anyName, async (key) => {
        assertEquals(slotOf(key), await link.ask("CLUSTER", "KEYSLOT", key));
      }),
      { numRuns: 300 },
    );
  } finally {
    await link.close();
  }
});

Deno.test("all keys of a series are in one slot, whatever it is called", () => {
  fc.assert(fc.property(anyName, anyName, (series, model) => {
    const keys = [
      ...CLUSTER_KEYS.of(series),
      CLUSTER_KEYS.ofModel(series, model),
      `${CLUSTER_KEYS.ofModel(series, model)}_spam_set`,
    ];
    assertEquals(new Set(keys.map(slotOf)).size, 1);
    assertEquals(CLUSTER_KEYS.modelAt(series, keys.at(-2)!), model);
  }));
});

Deno.test("series are spread over the slots", () => {
  const series = Array.from(
    { length: 300 },
    (_, i) => CLUSTER_KEYS.of(`rn3_rule${i}_3_default`)[0],
  );
  assert(new Set(series.map(slotOf)).size > 280);
});

Deno.test("there is a key for each slot", () => {
  const seen = new Set<number>();
  for (let i = 0; seen.size < SLOTS && i < 1e6; i++) seen.add(slotOf(`n:${i}`));
  assertEquals(seen.size, SLOTS);
});

Deno.test("hosts that are not named are the one that was asked", () => {
  const bytes = (text: string) => encoder.encode(text);
  const nodes = [[null, 1], [bytes(""), 2], [bytes("?"), 3], [bytes("h"), 4]];
  const asked = { host: "asked", port: 9 };
  assertEquals(readClusterSlots([[0, 5, ...nodes], [7, 7, nodes[3]]], asked), {
    ranges: [
      { first: 0, last: 5, master: { host: "asked", port: 1 } },
      { first: 7, last: 7, master: { host: "h", port: 4 } },
    ],
    servers: [
      { host: "asked", port: 1 },
      { host: "asked", port: 2 },
      { host: "asked", port: 3 },
      { host: "h", port: 4 },
      { host: "h", port: 4 },
    ],
  });
});
