import { assert, assertEquals } from "@std/assert";
import { Host } from "../../daemon/host.ts";
import { learnAndTrain } from "../../daemon/trained_host.ts";
import { mails } from "../../engine/mail.ts";
import { Connection } from "../../../lib/store/redis/connection.ts";
import { list, text } from "../../../lib/store/redis/replies.ts";
import { rspamdDump } from "../../store/redis/fixture.ts";
import { redisTest } from "../../store/redis/redis_test_case.ts";
import { freePort, RedisServer } from "../../store/redis/server.ts";
import { RedisCluster } from "../../store/redis/cluster/redis_cluster.ts";
import {
  assertFound,
  assertHealthy,
  diagnosed,
  type Expected,
} from "./diagnosed.ts";

const SECRET = "hunter2-of-redis";

/** A Redis with which something is wrong, and what the doctor says. */
interface Broken {
  name: string;
  /** Options of the server. */
  args?: string[];
  /** Who is let in. */
  login?: string;
  /** Changes it by hand. */
  harm?: (redis: Connection) => Promise<unknown>;
  config?: string;
  aheadMs?: number;
  expected: Expected[];
}

const BROKEN: Broken[] = [
  {
    name: "with another password",
    args: ["--requirepass", "another"],
    login: `:${SECRET}@`,
    expected: [{
      check: "store",
      level: "error",
      message: /^it refuses the user or the password \(WRONGPASS\)$/,
      fix: /^set redis \{ username; password; \} .* -p \d+ ACL LIST$/,
    }],
  },
  {
    name: "with a password that is not configured",
    args: ["--requirepass", "another"],
    expected: [{
      check: "store",
      level: "error",
      message: /NOAUTH/,
      fix: /add redis \{ password = "…"; \}/,
    }],
  },
  {
    name: "whose user may only read",
    args: `--user reader on >${SECRET} ~* +@all -@write`.split(" "),
    login: `reader:${SECRET}@`,
    expected: [{
      check: "store",
      level: "error",
      message: /NOPERM/,
      fix: /ACL SETUSER USER '~rn\*'/,
    }],
  },
  {
    name: "whose user may not use the configured prefix",
    args: `--user other on >${SECRET} ~neurald_* +@all`.split(" "),
    login: `other:${SECRET}@`,
    expected: [{ check: "store", level: "error", message: /NOPERM/ }],
  },
  {
    name: "that evicts keys",
    args: [
      ...["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"],
    ],
    expected: [{
      check: "store",
      level: "warning",
      message: /^maxmemory-policy is allkeys-lru: .* drops samples and models/,
      fix: /^redis-cli -h 127.0.0.1 -p \d+ CONFIG SET maxmemory-policy /,
    }],
  },
  {
    name: "that is nearly full",
    harm: async (redis) => {
      await redis.ask("SET", "ballast", "x".repeat(20 * 2 ** 20));
      await redis.ask("CONFIG", "SET", "maxmemory", "23mb");
    },
    expected: [{
      check: "store",
      level: "warning",
      message: /^its memory is nearly full: \d+ MiB of 23 MiB/,
      fix: /CONFIG SET maxmemory 48234496/,
    }],
  },
  {
    name: "that is full",
    harm: (redis) => redis.ask("CONFIG", "SET", "maxmemory", "1"),
    expected: [{
      check: "store",
      level: "error",
      message: /\(OOM\)/,
      fix: /CONFIG SET maxmemory 1gb/,
    }],
  },
  {
    name: "that is a replica",
    args: ["--replicaof", "127.0.0.1", "1"],
    expected: [{
      check: "store",
      level: "error",
      message: /READONLY|MASTERDOWN|LOADING/,
      fix: /write_servers/,
    }],
  },
  {
    name: "that keeps nothing on disk",
    args: ["--appendonly", "no"],
    expected: [{
      check: "store",
      level: "warning",
      message: /a restart loses samples and models/,
      fix: /CONFIG SET appendonly yes/,
    }],
  },
  {
    name: "whose clock is another one",
    aheadMs: 90_000,
    expected: [{
      check: "clock",
      level: "warning",
      message: /^that of Redis is (89.9|90.0|90.1) s behind this one$/,
      fix: /timedatectl/,
    }],
  },
  {
    name: "that another rspamd shares than is configured",
    config: "neurald { rspamd_version = 4; }",
    harm: (redis) =>
      rspamdDump("rspamd-3.4").restore((...args) => redis.ask(...args)),
    expected: [{
      check: "rspamd",
      level: "warning",
      message: /^rspamd 3 shares the Redis, and rspamd_version is 4/,
      fix: /rspamd_version = 3;/,
    }],
  },
  {
    name: "that rspamd 3.4 shares, where a trainer was killed",
    config: "rules { default { allowed_settings = all; } }",
    harm: async (redis) => {
      await rspamdDump("rspamd-3.4").restore((...args) => redis.ask(...args));
      await redis.ask(
        ...["HSET", "rn2_default_1_default_neurald_state", "lock", "1e9"],
        ...["holder", "mx1"],
      );
      await redis.ask(
        ...["LPUSH", "rn2_default_1_default_neurald_quarantine"],
        "1e9\nspam\nits length is 46\nbytes",
      );
    },
    expected: [
      {
        check: "rspamd",
        level: "ok",
        message:
          /^rspamd 3 shares the Redis: \d+ profiles, metatokens of version 1, used last \d+ days ago$/,
      },
      {
        check: "locks",
        level: "note",
        message: /^mx1 took the training lock.*2001-09-09.*never released/,
      },
      {
        check: "pools",
        level: "note",
        message: /^set aside, .*: 1 \(1 × its length is 46\)$/,
      },
    ],
  },
];

for (const { name, args, login = "", harm, expected, ...others } of BROKEN) {
  redisTest(`a Redis ${name} is found`, async () => {
    await using server = await RedisServer.start(args);
    if (harm) {
      const redis = await Connection.open(server.url);
      await harm(redis).finally(() => redis.close());
    }
    const store = server.url.replace("//", `//${login}`);
    const report = await diagnosed({ store, ...others });
    expected.forEach((one) => assertFound(report, one));
    assert(!JSON.stringify(report).includes(SECRET), JSON.stringify(report));
  });
}

redisTest(
  "what is said to be done about a user's rights suffices",
  async () => {
    await using server = await RedisServer.start(
      `--user reader on >${SECRET} ~none`.split(" "),
    );
    const store = server.url.replace("//", `//reader:${SECRET}@`);
    const { fix } = assertFound(await diagnosed({ store }), {
      check: "store",
      level: "error",
      message: /NOPERM/,
    });
    const [, rights] = /ACL SETUSER USER (.*) \(/.exec(fix!)!;
    const redis = await Connection.open(server.url);
    const words = rights.replaceAll("'", "").split(" ");
    await redis.ask("ACL", "SETUSER", "reader", ...words);
    await redis.close();
    assertHealthy(await diagnosed({ store }));
  },
);

Deno.test("a Redis that is not there is found", async () => {
  const store = `redis://127.0.0.1:${freePort()}`;
  assertFound(await diagnosed({ store }), {
    check: "store",
    level: "error",
    message: /refuses connections/,
    fix: /systemctl start redis-server/,
  });
});

Deno.test("a Redis that hangs is given up, and all else is looked at", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const accepted: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const connection of listener) accepted.push(connection);
  })();
  const begin = performance.now();
  const report = await diagnosed({
    store: `redis://:${SECRET}@127.0.0.1:${port}`,
  });
  assert(performance.now() - begin < 10_000);
  assertFound(report, {
    check: "store",
    level: "error",
    message: /did not answer/,
    fix: new RegExp(`^redis-cli -h 127.0.0.1 -p ${port} ping`),
  });
  assertFound(report, { check: "address", level: "ok", message: /free/ });
  assertFound(report, { check: "systemd", level: "ok", message: /./ });
  accepted.forEach((connection) => connection.close());
  listener.close();
  await accepting;
});

/** All that a Redis has, and when it expires, to the second. */
async function dumpOf(server: RedisServer): Promise<string[]> {
  const redis = await Connection.open(server.url);
  try {
    const keys = list(await redis.ask("KEYS", "*")).map(text).sort();
    const dumps = keys.map(async (key) => {
      const bytes = await redis.ask("DUMP", key) as Uint8Array;
      const expires = await redis.ask("EXPIRETIME", key);
      const digest = await crypto.subtle.digest(
        "SHA-256",
        Uint8Array.from(bytes),
      );
      return `${key} ${expires} ${new Uint8Array(digest).toHex()}`;
    });
    return await Promise.all(dumps);
  } finally {
    await redis.close();
  }
}

redisTest("a healthy Redis has no warning, and is left as it is", async () => {
  await using server = await RedisServer.start();
  await using host = await Host.start("watch_interval = 1h;", {
    store: server.url,
  });
  await learnAndTrain(host, mails(60));
  const listen = new URL(host.url).host;
  assertFound(assertHealthy(await diagnosed({ store: server.url, listen })), {
    check: "address",
    level: "ok",
    message: /and is ready$/,
  });
  await host.stop();
  const before = await dumpOf(server);
  assert(before.length > 5);
  const report = assertHealthy(await diagnosed({ store: server.url }));
  assertFound(report, {
    check: "models",
    level: "ok",
    message: /^version \d+, trained/,
  });
  assertFound(report, {
    check: "rspamd",
    level: "ok",
    message: /^no rspamd shares the Redis; keys are those of rspamd 4$/,
  });
  assertEquals(await dumpOf(server), before);
});

redisTest("what rspamd left is looked at, and not taken over", async () => {
  await using server = await RedisServer.start();
  const redis = await Connection.open(server.url);
  for (const version of ["rspamd-3.4", "rspamd-4.1.6"]) {
    await rspamdDump(version).restore((...args) => redis.ask(...args));
  }
  await redis.close();
  const before = await dumpOf(server);
  const report = await diagnosed({
    config: "rules { default { } ZSCORE { } }",
    store: server.url,
  });
  assertFound(report, {
    check: "rspamd",
    level: "ok",
    message: /^rspamd 4 shares the Redis/,
  });
  assertEquals(await dumpOf(server), before);
});

redisTest("a cluster is looked at, and one that is down is found", async () => {
  await using cluster = await RedisCluster.start({ password: SECRET });
  const [{ server }, other] = cluster.masters;
  const store = `redis+cluster://:${SECRET}@127.0.0.1:${server.port}`;
  assertHealthy(await diagnosed({ store }));
  const asOne = store.replace("+cluster", "");
  assertFound(await diagnosed({ store: asOne }), {
    check: "store",
    level: "error",
    message: /part of a Redis Cluster/,
    fix: /cluster = true/,
  });
  await other.ask("CLUSTER", "FLUSHSLOTS");
  const report = await diagnosed({ store });
  assertFound(report, { check: "store", level: "error", message: /./ });
  assert(!JSON.stringify(report).includes(SECRET));
});
