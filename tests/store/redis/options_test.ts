import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { luaPattern } from "../../../lib/store/redis/lua_pattern.ts";
import {
  redisOptions,
  type RedisSettings,
} from "../../../lib/store/redis/options.ts";
import { StoreError } from "../../../lib/store/store.ts";

const name = (settings: RedisSettings, url?: string) =>
  redisOptions(settings, url).name;

Deno.test("URLs", () => {
  const cases: [url: string, ...ReturnType<typeof described>][] = [
    ["redis://h", "redis://h:6379", [{ host: "h", port: 6379 }], 0, {}],
    [
      "redis://:p%40ss@10.0.0.1:7/3",
      "redis://10.0.0.1:7/3",
      [{ host: "10.0.0.1", port: 7 }],
      3,
      { password: "p@ss" },
    ],
    [
      "rediss://u:p@[::1]",
      "rediss://[::1]:6379",
      [{ host: "::1", port: 6379 }],
      0,
      { username: "u", password: "p" },
    ],
    [
      "redis+unix:///run/a%20b?db=2",
      "redis+unix:///run/a b?db=2",
      [{ path: "/run/a b" }],
      2,
      {},
    ],
    [
      "redis+unix://u:p@localhost/run/r",
      "redis+unix:///run/r",
      [{ path: "/run/r" }],
      0,
      { username: "u", password: "p" },
    ],
  ];
  for (const [url, ...expected] of cases) {
    assertEquals(described({}, url), expected, url);
  }
});

function described(settings: RedisSettings, url?: string) {
  const options = redisOptions(settings, url);
  const { username, password } = options.login;
  const login = {
    ...username && { username },
    ...password && { password },
  };
  return [options.name, options.servers, options.database, login];
}

Deno.test("clusters", () => {
  const h = { host: "h", port: 6379 };
  const cases: [
    RedisSettings,
    url: string | undefined,
    ...expected: ReturnType<typeof described>,
  ][] = [
    [{}, "redis+cluster://h", "redis+cluster://h:6379", [h], 0, {}],
    [
      {},
      "rediss+cluster://u:p%40,@h,[::1]:7,h3:8/0",
      "rediss+cluster://h:6379,[::1]:7,h3:8",
      [h, { host: "::1", port: 7 }, { host: "h3", port: 8 }],
      0,
      { username: "u", password: "p@," },
    ],
    [
      { servers: ["h,h:7"], cluster: true, ssl: true, password: "p" },
      undefined,
      "rediss+cluster://h:6379,h:7",
      [h, { host: "h", port: 7 }],
      0,
      { password: "p" },
    ],
    [{ cluster: true }, "redis://h", "redis+cluster://h:6379", [h], 0, {}],
    [
      { servers: ["h"], writeServers: ["h:6379"], cluster: true },
      undefined,
      "redis+cluster://h:6379",
      [h],
      0,
      {},
    ],
  ];
  for (const [settings, url, ...expected] of cases) {
    assertEquals(described(settings, url), expected);
    assert(redisOptions(settings, url).isCluster);
  }
  const socket = redisOptions({ cluster: true }, "redis+unix:///s");
  assertEquals(socket.isCluster, false);
  assertEquals(redisOptions({}, "redis://h").isCluster, false);
});

Deno.test("servers as rspamd names them", () => {
  const cases: [string, string][] = [
    ["h", "redis://h:6379"],
    ["h:1", "redis://h:1"],
    ["h:1:10", "redis://h:1"],
    ["a:1, b:2;c", "redis://a:1,b:2,c:6379"],
    ["master-slave:a,b", "redis://a:6379,b:6379"],
    ["::1", "redis://[::1]:6379"],
    ["[::1]:5", "redis://[::1]:5"],
    ["/run/redis.sock", "redis+unix:///run/redis.sock"],
    ["/run/redis.sock,h", "redis:///run/redis.sock,h:6379"],
  ];
  for (const [servers, expected] of cases) {
    assertEquals(name({ servers: [servers] }), expected);
    assertEquals(name({ servers: servers.split(",") }), expected);
  }
  const both = { servers: ["a"], writeServers: ["b"], database: "4" };
  assertEquals(name(both), "redis://b:6379/4");
  assertEquals(name({ ...both, ssl: true }), "rediss://b:6379/4");
  assertEquals(
    name({ ...both, sentinels: ["s1", "s2:26379"] }),
    "redis+sentinel://s1:5000,s2:26379/4",
  );
});

Deno.test("a URL wins, and the settings say the rest", () => {
  const settings: RedisSettings = {
    servers: ["x"],
    password: "configured",
    database: "7",
    ssl: true,
    sslCa: "/ca",
    timeoutSeconds: 0.2,
  };
  const plain = redisOptions(settings, "redis://h");
  assertEquals(plain.name, "rediss://h:6379/7");
  assertEquals(plain.login.password, "configured");
  assertEquals(plain.connectTimeoutMs, 200);
  assertEquals(plain.requestTimeoutMs, 200);
  assertEquals(plain.tls?.caFile, "/ca");
  const own = redisOptions(settings, "rediss://:own@h/0");
  assertEquals(own.login.password, "own");
  assertEquals(own.database, 0);
  assertEquals(redisOptions(settings, "redis+unix:///s").tls, undefined);
});

Deno.test("timeouts are rspamd's, and 10 s at most", () => {
  const timeouts = (timeoutSeconds?: number) => {
    const options = redisOptions({ timeoutSeconds }, "redis://h");
    return [options.connectTimeoutMs, options.requestTimeoutMs];
  };
  assertEquals(timeouts(), [1000, 10_000]);
  assertEquals(timeouts(5), [5000, 5000]);
  assertEquals(timeouts(20), [10_000, 10_000]);
});

Deno.test("what makes no sense is told, without secrets", () => {
  const wrong: [RedisSettings, string | undefined, string][] = [
    [{}, undefined, "names no server"],
    [{ servers: [","] }, undefined, "names no server"],
    [{ servers: ["h:0"] }, undefined, '{ servers }: "h:0" is no server'],
    [{ servers: ["h:65536"] }, undefined, "is no server"],
    [{ servers: ["[h]"] }, undefined, "is no server"],
    [{ servers: ["http://h"] }, undefined, "is no server"],
    [{ writeServers: ["a b:x"] }, undefined, "{ write_servers }"],
    [{ sentinels: [] }, undefined, "sentinels"],
    [{ sentinels: ["x:y"] }, undefined, "{ sentinels }"],
    [{ servers: ["h"], username: "secret" }, undefined, "needs a password"],
    [{ servers: ["h"], database: "secret" }, undefined, "is a number"],
    [{ servers: ["h"], ssl: true, sslKey: "k" }, undefined, "go together"],
    [
      { sentinels: ["h"], sentinelMastersPattern: "[z-a]" },
      undefined,
      "is no Lua pattern",
    ],
    [
      { servers: ["a"], readServers: ["b"], cluster: true },
      undefined,
      "{ read_servers } and write_servers make no sense in a cluster",
    ],
    [
      { servers: ["a"], sentinels: ["s"], cluster: true },
      undefined,
      "{ sentinels } make no sense with a cluster",
    ],
    [{ servers: ["/s"], cluster: true }, undefined, "/s: a Redis Cluster is"],
    [
      { servers: ["a"], database: "1", cluster: true },
      undefined,
      "no database but 0",
    ],
    [{ database: "1" }, "redis+cluster://h", "no database but 0"],
    [{}, "redis+cluster://:secret@h/2", "no database but 0"],
    [{}, "redis+cluster://:secret@", "redis+cluster: this is no address"],
    [{}, "redis+cluster://:secret@h,,i", "no address"],
    [{}, "redis+cluster://:secret@h?secret", "no address"],
    [{}, "redis://:secret@h,i", "no address"],
    [{}, "redis://secret@h", "needs a password"],
    [{}, "redis://:secret@h/1/2", "is a number"],
    [{}, "redis://:secret@h:99999", "no address"],
    [{}, "redis+unix://:secret@host/path", "no address"],
  ];
  for (const [settings, url, part] of wrong) {
    const { message } = assertThrows(
      () => redisOptions(settings, url),
      StoreError,
    );
    assert(message.includes(part), message);
    assert(!message.includes("secret"), message);
  }
});

Deno.test("masters are named by Lua's patterns", () => {
  const cases: [pattern: string, name: string, matches: boolean][] = [
    ["^mail$", "mail", true],
    ["^mail$", "mail2", false],
    ["mail", "my-mail-2", true],
    ["^mail%-%d+$", "mail-12", true],
    ["^mail%-%d+$", "mail-x", false],
    ["^[a-c]%.x$", "b.x", true],
    ["^[^%d]+$", "ab1", false],
    ["^a-b$", "aaab", true],
    ["a|b", "b", false],
    ["x{2}", "xx", false],
    ["-a*$", "x-aa", true],
    ["(a)(b)", "ab", true],
    ["^a.?c%$$", "abc$", true],
    ["%", "a", false],
  ];
  for (const [pattern, text, matches] of cases) {
    assertEquals(luaPattern(pattern).test(text), matches, pattern);
  }
});

Deno.test("a master that is named as it stands is always meant", () => {
  fc.assert(fc.property(fc.stringMatching(/^[\w.-]+$/), (master) => {
    const { sentinel } = redisOptions({
      sentinels: ["h"],
      sentinelMastersPattern: master,
    });
    assert(sentinel!.isMaster(master));
  }));
});
