import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Connection } from "../../../lib/store/redis/connection.ts";
import {
  redisOptions,
  type RedisSettings,
} from "../../../lib/store/redis/options.ts";
import { StoreError } from "../../../lib/store/store.ts";
import { until } from "../../daemon/until.ts";
import { redisTest } from "./redis_test_case.ts";
import { freePort, RedisServer } from "./server.ts";

/** A sentinel that finds a master dead within a second. */
class Sentinel {
  readonly #folder: string;
  readonly #child: Deno.ChildProcess;

  private constructor(folder: string, child: Deno.ChildProcess) {
    this.#folder = folder;
    this.#child = child;
  }

  static async start(
    port: number,
    masters: Record<string, RedisServer>,
  ): Promise<Sentinel> {
    const folder = await Deno.makeTempDir({ prefix: "neurald-test-" });
    const lines = Object.entries(masters).flatMap(([name, { port }]) => [
      `sentinel monitor ${name} 127.0.0.1 ${port} 1`,
      `sentinel down-after-milliseconds ${name} 500`,
      `sentinel failover-timeout ${name} 3000`,
    ]);
    const settings = [
      `port ${port}`,
      "bind 127.0.0.1",
      `dir ${folder}`,
      ...lines,
      "requirepass watched",
    ];
    await Deno.writeTextFile(`${folder}/conf`, settings.join("\n") + "\n");
    const child = new Deno.Command("redis-server", {
      args: [`${folder}/conf`, "--sentinel"],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    return new Sentinel(folder, child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
    await Deno.remove(this.#folder, { recursive: true });
  }
}

redisTest(
  "sentinels name the master, before and after a failover",
  async () => {
    await using master = await RedisServer.start();
    await using other = await RedisServer.start();
    await using replica = await RedisServer.start([
      ...["--replicaof", "127.0.0.1", String(master.port)],
    ]);
    const port = freePort();
    await using _ = await Sentinel.start(port, { mail: master, web: other });
    const settings: RedisSettings = {
      sentinels: ["127.0.0.1:1", `127.0.0.1:${port}`],
      sentinelPassword: "watched",
      sentinelMastersPattern: "^mail$",
      sentinelWatchSeconds: 0.2,
      timeoutSeconds: 5,
    };
    const open = (changes: RedisSettings = {}) =>
      Connection.open(redisOptions({ ...settings, ...changes }));
    const connection = await until(
      "the sentinel answers",
      () => open().catch(() => undefined),
    );
    try {
      assertEquals(
        connection.url,
        `redis+sentinel://127.0.0.1:1,127.0.0.1:${port}`,
      );
      const portNow = async () => {
        const info = await connection.ask("INFO", "server").catch(() => "");
        return Number(/tcp_port:(\d+)/.exec(String(info))?.[1]);
      };
      assertEquals(await portNow(), master.port);
      const failures: [RedisSettings, string][] = [
        [{ sentinelMastersPattern: "^x$" }, "matches no master; there are "],
        [{ sentinelMastersPattern: undefined }, "which master is meant?"],
        [{ sentinelPassword: undefined }, "NOAUTH"],
        [{ sentinelPassword: "secret" }, "WRONGPASS"],
      ];
      for (const [changes, part] of failures) {
        const { message } = await assertRejects(
          () => open(changes),
          StoreError,
        );
        assertStringIncludes(message, part);
        assertStringIncludes(message, "127.0.0.1:1: it refuses connections");
        assertEquals(message.includes("secret"), false);
      }
      await connection.ask("SET", "a", "b");
      await connection.ask("WAIT", "1", "5000");
      // The sentinel has to know the replica before the master dies.
      const sentinel = await Deno.connect({ port });
      await sentinel.write(
        new TextEncoder().encode("AUTH watched\r\n"),
      );
      await sentinel.read(new Uint8Array(100));
      await until("the replica is known", async () => {
        await sentinel.write(
          new TextEncoder().encode("SENTINEL REPLICAS mail\r\n"),
        );
        const answer = new Uint8Array(10_000);
        const length = await sentinel.read(answer) ?? 0;
        return new TextDecoder().decode(answer.subarray(0, length))
          .includes(String(replica.port));
      });
      sentinel.close();
      await master.stop("SIGKILL");
      await until(
        "the replica has taken over",
        async () => await portNow() === replica.port,
        30_000,
      );
      assertEquals(String(await connection.ask("GET", "a")), "b");
      await connection.ask("SET", "a", "c");
    } finally {
      await connection.close();
    }
  },
);
