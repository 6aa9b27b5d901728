import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { storeUrl } from "../../../lib/cli/store_url.ts";
import { configToJson, renderConfig } from "../../../lib/config/show.ts";
import { openStore } from "../../../lib/store/open.ts";
import { HUMAN } from "../../daemon/process.ts";
import { inFolder, neurald } from "../../cli/neurald.ts";
import { loadUsable } from "../../config/loading.ts";
import { configOf } from "../../daemon/host.ts";
import { redisTest } from "./redis_test_case.ts";
import { RedisServer } from "./server.ts";

Deno.test("who names the store", () => {
  const url = "sqlite:/x";
  const file = /^sqlite:.*neurald\.sqlite$/;
  const cases: [config: string, flag: string | undefined, string][] = [
    ["servers = a", undefined, "redis"],
    ["redis { server = a }", undefined, "redis"],
    ["write_servers = a", undefined, "redis"],
    ["sentinels = [a, b]", undefined, "redis"],
    ["servers = a", url, url],
    [`servers = a; neurald { store = "${url}" }`, undefined, url],
    [`neurald { store = "redis://b" }`, url, url],
    ["read_servers = a", undefined, "file"],
    ["timeout = 5; password = x", undefined, "file"],
  ];
  for (const [config, flag, expected] of cases) {
    const found = storeUrl(flag, configOf(config));
    if (expected === "redis") assertEquals(found, undefined, config);
    else if (expected === "file") assert(file.test(found!), config);
    else assertEquals(found, expected, config);
  }
});

redisTest("the store is the Redis of the configuration", async () => {
  await using server = await RedisServer.start();
  const { redis } = configOf(`redis { servers = "127.0.0.1:${server.port}" }`);
  for (const url of [undefined, server.url]) {
    const store = await openStore(url, redis);
    assertEquals(store.url, server.url);
    await store.check();
    await store.close();
  }
});

Deno.test("passwords are not shown", () => {
  const loaded = loadUsable(
    "redis { servers = a; username = u; password = hunter2; sentinels = s;" +
      " sentinel_username = v; sentinel_password = hunter3 }",
  );
  assert(!renderConfig(loaded).includes("hunter"));
  assert(!JSON.stringify(configToJson(loaded)).includes("hunter"));
});

Deno.test("a start while Redis is away is told, and ends with 1", () =>
  inFolder(async (folder) => {
    const config = `${folder}/neural.conf`;
    await Deno.writeTextFile(
      config,
      "redis { servers = ['127.0.0.1:1', '/none']; password = hunter2 }"
        .replaceAll("'", '"'),
    );
    const { code, stderr } = await neurald(
      ["serve", "--listen", "127.0.0.1:0", "--config", config, ...HUMAN],
    );
    assertEquals(code, 1, stderr);
    assertEquals(
      stderr,
      "neurald: redis://127.0.0.1:1,/none: 127.0.0.1:1: it refuses " +
        "connections: is it running?; /none: there is no such socket: is it " +
        "running?\n",
    );
    const wrong = await neurald([
      "serve",
      ...HUMAN,
      ...["--store", "redis://h/x"],
    ]);
    assertEquals(wrong.code, 1);
    assertStringIncludes(wrong.stderr, "the database of a Redis is a number");
  }));
