import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  FailedTokens,
  MOST_FAILURES,
} from "../../../lib/http/access/failed_tokens.ts";
import { networkOf } from "../../../lib/http/access/peer.ts";

Deno.test("a network waits once it has failed too often, for a minute", () => {
  let now = 1000;
  const failed = new FailedTokens(() => now);
  for (let i = 0; i < MOST_FAILURES; i++) {
    assertEquals(failed.waitMs("a"), 0);
    failed.add("a");
  }
  assertEquals(failed.waitMs("a"), 60_000);
  assertEquals(failed.waitMs("b"), 0);
  now += 59_999;
  assertEquals(failed.waitMs("a"), 1);
  now += 1;
  assertEquals(failed.waitMs("a"), 0);
  failed.add("a");
  assertEquals(failed.waitMs("a"), 0);
});

Deno.test("what turned out to be right does not count", () => {
  const failed = new FailedTokens(() => 0);
  for (let i = 0; i < 100; i++) {
    failed.add("a");
    failed.remove("a");
  }
  assertEquals(failed.waitMs("a"), 0);
});

Deno.test("however many networks fail, memory is bounded", () => {
  const failed = new FailedTokens(() => 0);
  for (let i = 0; i < 10_000; i++) failed.add(`n${i}`);
  assert(failed.size <= 4096);
});

Deno.test("an address counts with its network", () => {
  const cases = {
    "192.0.2.7": "192.0.2.7",
    "::ffff:192.0.2.7": "192.0.2.7",
    "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
    "2001:db8:1:2::1": "2001:db8:1:2::/64",
    "2001:0db8:0001:0002::": "2001:db8:1:2::/64",
    "2001:db8::1": "2001:db8:0:0::/64",
    "::1": "0:0:0:0::/64",
    "fe80::1%eth0": "fe80:0:0:0::/64",
    "unix": "unix",
  };
  for (const [address, network] of Object.entries(cases)) {
    assertEquals(networkOf(address), network, address);
  }
  const group = fc.integer({ min: 0, max: 0xffff });
  fc.assert(fc.property(
    fc.array(group, { minLength: 8, maxLength: 8 }),
    fc.array(group, { minLength: 4, maxLength: 4 }),
    (groups, other) => {
      const written = (all: number[]) =>
        all.map((part) => part.toString(16)).join(":");
      const neighbour = [...groups.slice(0, 4), ...other];
      assertEquals(
        networkOf(written(groups)),
        networkOf(written(neighbour)),
      );
    },
  ));
});
