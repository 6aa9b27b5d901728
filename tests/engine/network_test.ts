import { assertEquals } from "@std/assert";
import { Network } from "../../lib/engine/network.ts";
import { configOf } from "../daemon/host.ts";

Deno.test("a wait that a clock set back has made longer is ignored", () => {
  const [rule] = configOf("watch_interval = 10s;").rules;
  const name = { rule: "default", settings: "default", metatokens: 3 } as const;
  const network = new Network(name, "series", rule);
  assertEquals(network.isPostponed(1000), false);
  network.postpone(100_000);
  assertEquals(network.isPostponed(100_009), true);
  assertEquals(network.isPostponed(100_010), false);
  // An hour is the longest.
  assertEquals(network.isPostponed(100_010 - 3600), true);
  assertEquals(network.isPostponed(100_010 - 3601), false);
});
