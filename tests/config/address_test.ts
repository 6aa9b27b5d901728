import { assertEquals } from "@std/assert";

import {
  isRedisUrl,
  isStoreUrl,
  parseListenAddress,
} from "../../lib/config/address.ts";

Deno.test("addresses to listen on", () => {
  const cases: [string, ReturnType<typeof parseListenAddress>][] = [
    ["127.0.0.1:11336", { hostname: "127.0.0.1", port: 11336 }],
    ["localhost:0", { hostname: "localhost", port: 0 }],
    ["[::1]:80", { hostname: "::1", port: 80 }],
    ["*:11336", { hostname: "0.0.0.0", port: 11336 }],
    ["unix:/run/neurald.sock", { path: "/run/neurald.sock" }],
    ["unix:neurald.sock", undefined],
    ["unix:/", undefined],
    ["localhost", undefined],
    ["::1:80", undefined],
    ["localhost:65536", undefined],
    ["http://localhost:80", undefined],
    [":80", undefined],
    ["", undefined],
  ];
  for (const [text, address] of cases) {
    assertEquals(parseListenAddress(text), address, text);
  }
});

Deno.test("stores", () => {
  const redis = [
    ...["redis://h", "rediss://u:p@h:1/2", "redis+unix:///run/r.sock"],
    ...["redis+cluster://h", "rediss+cluster://u:p@h:1,[::1]:2,i"],
  ];
  for (const url of redis) assertEquals(isRedisUrl(url), true, url);
  const others = [
    ...["", "redis:", "redis://", "redis+unix://", "http://h", "h:1"],
    ...["redis+cluster://", "redis+cluster://u:p@", "redis+cluster:h"],
  ];
  for (const url of others) assertEquals(isStoreUrl(url), false, url);
  assertEquals(isStoreUrl("sqlite:neurald.db"), true);
  assertEquals(isStoreUrl("sqlite:"), false);
  assertEquals(isRedisUrl("sqlite:x"), false);
  assertEquals(isRedisUrl(undefined), false);
});
