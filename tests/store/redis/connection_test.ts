import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { Connection } from "../../../lib/store/redis/connection.ts";
import { PLAIN_KEYS } from "../../../lib/store/redis/keys.ts";
import {
  redisOptions,
  type RedisSettings,
} from "../../../lib/store/redis/options.ts";
import { StoreError } from "../../../lib/store/store.ts";
import { pause, until } from "../../daemon/until.ts";
import { redisTest } from "./redis_test_case.ts";
import { RedisServer } from "./server.ts";

const SERIES = PLAIN_KEYS.of("rn3_a_3_default");

/** Opens a connection that is closed with its scope. */
async function open(settings: RedisSettings, url?: string) {
  // A busy machine may take longer than the default.
  const patient = { timeoutSeconds: 5, ...settings };
  const connection = await Connection.open(redisOptions(patient, url));
  return Object.assign(connection, {
    [Symbol.asyncDispose]: () => connection.close(),
  });
}

async function refusal(work: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => work, StoreError)).message;
}

redisTest("a port, a socket and a database", async () => {
  await using server = await RedisServer.start();
  await using zero = await open({}, server.url);
  await using two = await open({ database: "2" }, server.url);
  await using socket = await open({}, `redis+unix://${server.socket}?db=2`);
  await zero.ask("SET", "a", "0");
  await two.ask("SET", "a", "2");
  assertEquals(String(await zero.ask("GET", "a")), "0");
  assertEquals(String(await socket.ask("GET", "a")), "2");
  assertEquals(zero.url, server.url);
});

redisTest("what is asked first is done first", async () => {
  await using server = await RedisServer.start();
  await using connection = await open({}, server.url);
  const answers = await Promise.all(
    Array.from({ length: 500 }, () => connection.ask("INCR", "n")),
  );
  assertEquals(answers, answers.map((_, i) => i + 1));
});

redisTest("forgotten scripts are sent again", async () => {
  await using server = await RedisServer.start();
  await using connection = await open({}, server.url);
  await connection.ask("SCRIPT", "FLUSH");
  await connection.run("extendLock", SERIES, ["me"]);
  await server.stop("SIGKILL");
  await server.startAgain();
  await until("it is back", () => connection.ask("PING").catch(() => {}));
  await connection.run("extendLock", SERIES, ["me"]);
});

redisTest("who is away is refused at once, and found again", async () => {
  await using server = await RedisServer.start();
  await using connection = await open({}, server.url);
  await server.stop("SIGKILL");
  await until(
    "it is known to be away",
    () =>
      connection.ask("PING").then(
        () => false,
        ({ message }) => message.includes("refuses connections"),
      ),
  );
  const begin = performance.now();
  const message = await refusal(connection.ask("PING"));
  assert(performance.now() - begin < 2000);
  assertEquals(
    message,
    `${server.url}: it refuses connections: is it running?`,
  );
  await server.startAgain();
  await until("it is back", () => connection.ask("PING").catch(() => {}));
});

redisTest("a server that hangs is given up in time", async () => {
  await using server = await RedisServer.start();
  await using connection = await open({ timeoutSeconds: 1 }, server.url);
  server.signal("SIGSTOP");
  const begin = performance.now();
  const messages = await Promise.all(
    [1, 2, 3].map(() => refusal(connection.ask("PING"))),
  );
  assert(performance.now() - begin < 2500);
  for (const message of messages) {
    assertEquals(message, `${server.url}: it did not answer within 1000 ms`);
  }
  const later = performance.now();
  await refusal(connection.ask("PING"));
  assert(performance.now() - later < 500);
  await assertRejects(
    () => open({ timeoutSeconds: 1 }, server.url),
    StoreError,
    "did not answer within 1000 ms",
  );
  server.signal("SIGCONT");
  await until("it is back", () => connection.ask("PING").catch(() => {}));
});

redisTest("idle clients that Redis throws out come back", async () => {
  await using server = await RedisServer.start();
  await using connection = await open({}, server.url);
  await using other = await open({}, server.url);
  for (let i = 0; i < 3; i++) {
    await other.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    await until("it is back", () => connection.ask("PING").catch(() => {}));
  }
});

redisTest(
  "of several servers the first that takes writes is used",
  async () => {
    await using first = await RedisServer.start();
    await using second = await RedisServer.start();
    const hosts = [`127.0.0.1:${first.port}`, `127.0.0.1:${second.port}`];
    const dead = "127.0.0.1:1";
    await using connection = await open({ servers: [dead, ...hosts] });
    const port = async () =>
      /tcp_port:(\d+)/.exec(String(await connection.ask("INFO", "server")))
        ?.[1];
    assertEquals(await port(), String(first.port));
    await first.stop("SIGKILL");
    await until(
      "the other one is used",
      async () => await port().catch(() => {}) === String(second.port),
    );
    await second.stop("SIGKILL");
    await until(
      "both are told",
      () =>
        connection.ask("PING").then(
          () => false,
          ({ message }) =>
            [dead, ...hosts].every((host) =>
              message.includes(`${host}: it refuses connections`)
            ),
        ),
    );
  },
);

redisTest("a replica is not written to", async () => {
  await using master = await RedisServer.start();
  await using replica = await RedisServer.start([
    ...["--replicaof", "127.0.0.1", String(master.port)],
  ]);
  assertStringIncludes(
    await refusal(open({}, replica.url)),
    "it is a replica, which takes no writes",
  );
  const servers = [replica, master].map(({ port }) => `127.0.0.1:${port}`);
  await using connection = await open({ servers });
  await connection.ask("SET", "a", "b");
  // They change places, and nobody tells the clients.
  await using admin = await open({}, master.url);
  await using promoted = await Deno.connect({ port: replica.port });
  await promoted.write(new TextEncoder().encode("REPLICAOF NO ONE\r\n"));
  await promoted.read(new Uint8Array(100));
  await admin.ask("REPLICAOF", "127.0.0.1", String(replica.port));
  assertStringIncludes(
    await refusal(connection.ask("SET", "a", "c")),
    "READONLY",
  );
  await until(
    "the new master is written to",
    () => connection.ask("SET", "a", "c").catch(() => {}),
  );
});

redisTest("users and passwords", async () => {
  await using server = await RedisServer.start();
  await using admin = await open({}, server.url);
  const rules = ["on", ">hunter2", "~*", "+@all", "-set"];
  await admin.ask("ACL", "SETUSER", "limited", ...rules);
  await admin.ask("CONFIG", "SET", "requirepass", "hunter2");
  const host = `127.0.0.1:${server.port}`;
  const cases: [RedisSettings, string | undefined, string][] = [
    [{ servers: [host] }, undefined, "it asks for a password (NOAUTH)"],
    [{ servers: [host], password: "hunter3" }, undefined, "(WRONGPASS)"],
    [{}, `redis://nobody:hunter2@${host}`, "(WRONGPASS)"],
  ];
  for (const [settings, url, part] of cases) {
    const message = await refusal(open(settings, url));
    assert(message.startsWith(`redis://${host}: `), message);
    assertStringIncludes(message, part);
    assert(!message.includes("hunter"), message);
  }
  await using _ = await open({ servers: [host], password: "hunter2" });
  await using limited = await open({}, `redis://limited:hunter2@${host}`);
  await limited.ask("PING");
  assertStringIncludes(
    await refusal(limited.ask("SET", "a", "b")),
    "its user may not do this (NOPERM)",
  );
});

redisTest("a server that takes nothing says why", async () => {
  await using server = await RedisServer.start();
  await using connection = await open({}, server.url);
  await connection.ask("CONFIG", "SET", "maxmemory", "1");
  assertStringIncludes(
    await refusal(connection.ask("SET", "a", "b")),
    `${server.url}: it has no memory left (OOM)`,
  );
  await connection.ask("CONFIG", "SET", "maxmemory", "0");
  await connection.ask("CONFIG", "SET", "busy-reply-threshold", "50");
  await using other = await open({}, server.url);
  const endless = refusal(other.ask("EVAL", "while true do end", "0"));
  await until("it is busy", () =>
    connection.ask("SET", "a", "b").then(
      () => false,
      ({ message }) => message.includes("busy with somebody's script (BUSY)"),
    ));
  await connection.ask("SCRIPT", "KILL");
  await endless;
  await connection.ask("SET", "a", "b");
});

redisTest("a server that is loading its data says so", async () => {
  await using server = await RedisServer.start([
    ...["--key-load-delay", "300"],
    ...["--loading-process-events-interval-bytes", "1024"],
  ]);
  await using connection = await open({}, server.url);
  // It looks up from loading once in 1024 commands.
  await Promise.all(
    Array.from(
      { length: 8000 },
      (_, i) => connection.ask("SET", `key${i}`, "value"),
    ),
  );
  await server.stop();
  const restarted = server.startAgain();
  await until("it is loading", () =>
    connection.ask("PING").then(
      () => false,
      ({ message }) => message.includes("it is loading its data (LOADING)"),
    ));
  await restarted;
  await until("it is back", () => connection.ask("PING").catch(() => {}));
});

redisTest("nothing is asked of a connection that is closed", async () => {
  await using server = await RedisServer.start();
  const connection = await open({}, server.url);
  const last = connection.ask("SET", "a", "b");
  await connection.close();
  assertEquals(String(await last), "OK");
  assertStringIncludes(await refusal(connection.ask("PING")), "is closed");
  await connection.close();
});

redisTest("closing does not wait for a server that is away", async () => {
  await using server = await RedisServer.start();
  const connection = await open({}, server.url);
  await server.stop("SIGKILL");
  await pause(300);
  const begin = performance.now();
  await connection.close();
  assert(performance.now() - begin < 2000);
});
