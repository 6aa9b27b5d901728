import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { inFolder, line } from "../cli/neurald.ts";
import { mail, mails } from "../engine/mail.ts";
import { head, RawConnection } from "../http/server/raw_connection.ts";
import { DaemonProcess, HUMAN } from "./process.ts";
import { BUSY, Load } from "./load.ts";
import { pause, until } from "./until.ts";

/** Longest that ending may take. */
const MOST_MS = 5000;

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} under load ends it, and loses nothing`, () =>
    inFolder(async (folder) => {
      const store = `${folder}/neurald.sqlite`;
      const config = `${folder}/neural.conf`;
      await Deno.writeTextFile(config, BUSY);
      await using daemon = await DaemonProcess.start({ store, config });
      const load = new Load(daemon.url);
      await until("some models", async () => {
        const { rules } = await daemon.getStatus();
        return rules.default.networks[0]?.model?.version === 3;
      });
      const { status, durationMs } = await daemon.end(signal);
      await load.stop();
      assertEquals(status, { success: true, code: 0, signal: null });
      assert(durationMs < MOST_MS, `${durationMs} ms`);
      assert(load.acknowledged.size > 100, `${load.acknowledged.size}`);
      load.checkKept(store);
      // It ended in good order.
      assert(daemon.stderr.includes(" stopped"), daemon.stderr);
      assert(!/ error |mistake|^ +at /m.test(daemon.stderr), daemon.stderr);
      const database = new DatabaseSync(store);
      assertEquals(database.prepare("SELECT * FROM locks").all(), []);
      database.close();
    }));
}

Deno.test("it ends in time, whatever its clients are doing", () =>
  inFolder(async (folder) => {
    const store = `${folder}/neurald.sqlite`;
    const config = `${folder}/neural.conf`;
    await Deno.writeTextFile(
      config,
      "watch_interval = 1h; train { max_iterations = 1000000; }",
    );
    await using daemon = await DaemonProcess.start({ store, config });
    for (const scan of mails(20)) {
      await (await daemon.post("/v1/learn", scan)).body?.cancel();
    }
    const starts = [
      // Idle, in the midst of a line, of its head, and of a body.
      "",
      "POST /v1/sc",
      "POST /v1/score HTTP/1.1\r\nhost: x\r\n",
      head({ path: "/v1/score", headers: { "content-length": 100 } }) + "{",
      head({
        path: "/v1/learn",
        headers: {
          "content-type": "application/x-ndjson",
          "transfer-encoding": "chunked",
        },
      }),
      // Waits for a training that would take minutes.
      head({ path: "/v1/train", headers: { "content-length": 0 } }),
    ];
    const connections: RawConnection[] = [];
    for (const start of starts) {
      const connection = await RawConnection.open(daemon.url);
      await connection.send(start);
      connections.push(connection);
    }
    await pause(300);
    const { status, durationMs } = await daemon.end("SIGTERM");
    for (const connection of connections) connection[Symbol.dispose]();
    assertEquals(status.code, 0, daemon.stderr);
    assert(durationMs < MOST_MS, `${durationMs} ms`);
    assert(!/ error |^ +at /m.test(daemon.stderr), daemon.stderr);
  }));

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}

Deno.test("a reload while it starts does not end it", () =>
  inFolder(async (folder) => {
    // As in the unit: until it listens, nothing is to hear.
    const deaf = `${folder}/deaf`;
    const shell = new Deno.Command("sh", {
      args: [
        ...["-c", 'trap "" HUP; : >"$0"; exec "$@"', deaf],
        ...line(["serve", "--listen", "127.0.0.1:0", ...HUMAN]),
        ...["--store", `sqlite:${folder}/neurald.sqlite`],
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    });
    const starting = DaemonProcess.run(shell, async (child) => {
      await until("the shell does not hear", () => exists(deaf));
      for (let i = 0; i < 20; i++) {
        await pause(10);
        child.kill("SIGHUP");
      }
    });
    await using daemon = await starting;
    const reloads = () => daemon.stderr.match(/ reloaded$/gm)?.length ?? 0;
    await pause(200);
    const before = reloads();
    daemon.signal("SIGHUP");
    await until("it reloads", () => reloads() > before);
    const { status } = await daemon.end("SIGTERM");
    assertEquals(status.code, 0, daemon.stderr);
  }));

Deno.test("it ends although it is asked to while it starts", () =>
  inFolder(async (folder) => {
    const store = `${folder}/neurald.sqlite`;
    for (let delayMs = 20; delayMs <= 140; delayMs += 20) {
      await using daemon = DaemonProcess.spawn({ store });
      await pause(delayMs);
      const { status, durationMs } = await daemon.end("SIGTERM");
      // Before it can listen to signals, one ends it as any other program.
      assert(status.code === 0 || status.signal === "SIGTERM", `${delayMs}`);
      assert(durationMs < MOST_MS);
    }
    await using daemon = await DaemonProcess.start({ store });
    const learned = await daemon.post("/v1/learn", mail("spam", 1));
    assertEquals((await learned.json()).learned, true);
  }));
