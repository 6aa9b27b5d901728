import { assert, assertEquals, assertMatch } from "@std/assert";
import { command, inFolder, line, neurald } from "../cli/neurald.ts";
import { mail, mails } from "../engine/mail.ts";
import { RedisServer } from "../store/redis/server.ts";
import { DaemonProcess } from "./process.ts";
import { pause, until } from "./until.ts";

const PIPED = { stdin: "null", stdout: "null", stderr: "piped" } as const;

/** What a daemon has logged as JSON; every line has to be that. */
// deno-lint-ignore no-explicit-any
function entriesOf(stderr: string): any[] {
  return stderr.split("\n").slice(0, -1).map((line) => {
    const entry = JSON.parse(line);
    assertMatch(entry.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert(["debug", "info", "warn", "error"].includes(entry.level), line);
    assert(typeof entry.message === "string", line);
    for (const name of Object.keys(entry)) assertMatch(name, /^[a-z0-9_]+$/);
    return entry;
  });
}

function serve(args: string[]): Deno.Command {
  return command(["serve", "--listen", "127.0.0.1:0", ...args], PIPED);
}

/** Learns a message under an id; tells the id of the answer. */
async function learn(
  { url }: DaemonProcess,
  id: string,
): Promise<[status: number, id: string | null]> {
  const response = await fetch(`${url}/v1/learn`, {
    method: "POST",
    headers: { "x-request-id": id },
    body: JSON.stringify(mail("spam", 1)),
  });
  await response.body?.cancel();
  return [response.status, response.headers.get("x-request-id")];
}

Deno.test("in a pipe it logs JSON, and a request can be followed to the store", async () => {
  await using redis = await RedisServer.start([]);
  await using daemon = await DaemonProcess.run(serve([
    ...["--store", `redis://127.0.0.1:${redis.port}`],
    ...["--log-level", "debug"],
  ]));
  assertEquals(await learn(daemon, "mail-1"), [200, "mail-1"]);
  const [, made] = await learn(daemon, "not one word");
  assertMatch(made!, /^[0-9a-f]{12}-[0-9a-z]+$/);
  const of = (id: string) =>
    entriesOf(daemon.stderr).filter(({ request_id }) => request_id === id);
  const steps = of("mail-1").map(({ message, operation }) =>
    operation ?? message
  );
  assertEquals(steps, [
    "addSamples",
    "a scan was learned",
    "a request was answered",
  ]);
  assertEquals(of("mail-1").at(-1).route, "/v1/learn");

  await redis.stop("SIGKILL");
  assertEquals(await learn(daemon, "mail-2"), [503, "mail-2"]);
  await until("it is told", () => of("mail-2").length >= 3);
  const [refused] = of("mail-2").filter(({ operation }) => operation);
  assertEquals(refused.level, "warn");
  assertMatch(refused.error, /^redis:\/\/127\.0\.0\.1:\d+: it /);
  const [failing] = entriesOf(daemon.stderr)
    .filter(({ message }) => message === "the store fails");
  assertEquals(failing.level, "error");

  await redis.startAgain();
  await until(
    "it learns",
    async () => (await learn(daemon, "mail-3"))[0] < 300,
  );
  await until("it is told", () => daemon.stderr.includes("works again"));
  const { status } = await daemon.end("SIGTERM");
  assertEquals(status.code, 0);
  assertEquals(entriesOf(daemon.stderr).at(-1).message, "stopped");
});

Deno.test("many that fail are told a few times, and then how many they were", () =>
  inFolder(async (folder) => {
    await using redis = await RedisServer.start([]);
    await using daemon = await DaemonProcess.run(
      serve(["--store", `redis://127.0.0.1:${redis.port}`]),
    );
    await redis.stop("SIGKILL");
    const ids = Array.from({ length: 50 }, (_, i) => `mail-${i}`);
    for (const id of ids) assertEquals((await learn(daemon, id))[0], 503);
    await daemon.end("SIGTERM");
    const told = entriesOf(daemon.stderr).filter(({ operation }) =>
      operation === "addSamples"
    );
    assertEquals(told.length, 11);
    assertEquals(told[10].more_like_this, 40);
    assertEquals(told[10].request_ids, ids.slice(10, 30));
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

Deno.test("it says what it does, from its start to its end", () =>
  inFolder(async (folder) => {
    const config = `${folder}/neurald.conf`;
    await Deno.writeTextFile(
      config,
      "watch_interval = 1h; neurald { log_level = info; }",
    );
    await using daemon = await DaemonProcess.run(
      serve(["--config", config, "--store", `sqlite:${folder}/store`]),
    );
    const train = () => daemon.post("/v1/train", "");
    await (await train()).body?.cancel();
    await Deno.writeTextFile(config, "watch_interval = 1h;");
    daemon.signal("SIGHUP");
    await until("it reloads", () => daemon.stderr.includes('"reloaded"'));
    for (const scan of mails(40)) {
      await (await daemon.post("/v1/learn", scan)).body?.cancel();
    }
    await (await train()).body?.cancel();
    await Deno.writeTextFile(config, "max_profiles = none;");
    daemon.signal("SIGHUP");
    await until("it refuses", () => daemon.stderr.includes('"not reloaded"'));
    await daemon.end("SIGTERM");
    const entries = entriesOf(daemon.stderr);
    assertEquals(entries.map(({ message }) => message), [
      "ready",
      "reloaded",
      "a training begins",
      "a model was trained and is in service",
      "the configuration is wrong",
      "not reloaded",
      "stopping",
      "stopped",
    ]);
    const [, , begun, trained, wrong] = entries;
    assertEquals(begun.samples, 80);
    assertEquals(trained.request_id, begun.request_id);
    assert(trained.duration_ms > 0 && trained.auc > 0.5);
    assertEquals([wrong.file, wrong.line], [config, 1]);
    assertEquals(wrong.key, "max_profiles");
  }));

Deno.test("a start that fails is told as all else", () =>
  inFolder(async (folder) => {
    const listen = ["serve", "--listen", "127.0.0.1:0"];
    const failed = await neurald([...listen, "--store", `sqlite:${folder}`]);
    assertEquals(failed.code, 1);
    const [{ message, error }] = entriesOf(failed.stderr);
    assertEquals(message, "not started");
    assertMatch(error, /this is a folder/);
    const wrong = await neurald([...listen, "--config", "-"], { input: "a=1" });
    assertEquals(wrong.code, 2);
    assertEquals(entriesOf(wrong.stderr)[0].key, "a");
    for (const flag of ["--log-level", "--log-format"]) {
      const { code, stderr } = await neurald([...listen, flag, "x"]);
      assertEquals(code, 2);
      assertMatch(stderr, new RegExp(`^neurald: ${flag}: .* is needed, not x`));
    }
  }));

Deno.test("a log that nobody reads, or takes, holds nothing up", () =>
  inFolder(async (folder) => {
    const store = ["--store", `sqlite:${folder}/store`];
    const socket = `unix:${folder}/socket`;
    const child = new Deno.Command(Deno.execPath(), {
      args: line([
        ...["serve", "--listen", socket, ...store, "--log-level", "debug"],
      ]).slice(1),
      ...PIPED,
    }).spawn();
    using client = Deno.createHttpClient({
      proxy: { transport: "unix", path: `${folder}/socket` },
    });
    const ask = async () => {
      const response = await fetch("http://localhost/healthz", { client });
      assertEquals(await response.json(), { alive: true });
    };
    await until("it is ready", () => ask().then(() => true, () => false));
    // Each is a line: more than fit into a pipe and what waits for it.
    const line_bytes = 120;
    const requests = 1.3 * (1 << 20) / line_bytes;
    const many = async () => {
      for (let i = 0; i < requests / 8; i++) await ask();
    };
    await Promise.all(Array.from({ length: 8 }, many));
    let text = "";
    const reader = child.stderr.pipeThrough(new TextDecoderStream())
      .getReader();
    while (!text.includes("lines of the log were lost")) {
      text += (await reader.read()).value;
      if (text.length % 7 === 0) await ask();
    }
    const [{ lines, reason }] = text.split("\n")
      .filter((line) => line.includes("were lost"))
      .map((line) => JSON.parse(line));
    assert(lines > 0);
    assertEquals(reason, "they were not taken fast enough");
    // Now nobody is there any more.
    await reader.cancel();
    for (let i = 0; i < 20; i++) await ask();
    await pause(100);
    await ask();
    child.kill("SIGTERM");
    assertEquals((await child.status).code, 0);
  }));

/**
 * Starts a daemon by a shell, and stops it once it is ready.
 *
 * @param prepare what the shell does before
 */
async function logOf(folder: string, prepare: string): Promise<string> {
  const args = ["serve", "--listen", "127.0.0.1:0"];
  const program = line([...args, "--store", `sqlite:${folder}/store`]);
  const start = `${folder}/start.sh`;
  await Deno.writeTextFile(
    start,
    `echo $$ >${folder}/pid; ${prepare}; exec ${program.join(" ")} 2>&1`,
  );
  const child = new Deno.Command("sh", {
    args: [start],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let text = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    if (!text.includes("ready") && (text + part).includes("ready")) {
      Deno.kill(Number(await Deno.readTextFile(`${folder}/pid`)), "SIGTERM");
    }
    text += part;
  }
  assertEquals((await child.status).code, 0, text);
  return text;
}

Deno.test("for systemd's journal, and only there, lines have priorities", () =>
  inFolder(async (folder) => {
    const journal = await logOf(
      folder,
      `exec 3>&1; export JOURNAL_STREAM="$(stat -Lc %d:%i /dev/fd/3 3>&3)"`,
    );
    assertMatch(
      journal,
      /^<6>\{"time":"[^"]+","level":"info","message":"ready"/,
    );
    const elsewhere = await logOf(folder, "export JOURNAL_STREAM=1:1");
    assertEquals(entriesOf(elsewhere)[0].message, "ready");
  }));
