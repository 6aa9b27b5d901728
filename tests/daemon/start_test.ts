import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { inFolder, neurald } from "../cli/neurald.ts";
import { DaemonProcess, HUMAN } from "./process.ts";

/** The one line that a start that failed tells. */
async function refusal(args: string[], code: number): Promise<string> {
  const outcome = await neurald([
    "serve",
    "--listen",
    "127.0.0.1:0",
    ...HUMAN,
    ...args,
  ]);
  assertEquals(outcome.code, code, outcome.stderr);
  assertEquals(outcome.stdout, "");
  const lines = outcome.stderr.trimEnd().split("\n");
  assertEquals(lines.length, 1, outcome.stderr);
  return lines[0];
}

Deno.test("a configuration that is wrong is told as a whole", () =>
  inFolder(async (folder) => {
    const config = `${folder}/neural.conf`;
    await Deno.writeTextFile(
      config,
      "max_profiles = none;\ntrain {\n  max_trians = 5;\n}\n" +
        'symbol_spam = "X"; symbol_ham = "X";\nwatch_interval = -1;\n',
    );
    const { code, stdout, stderr } = await neurald([
      ...["serve", "--config", config, ...HUMAN],
      ...["--store", `sqlite:${folder}/neurald.sqlite`],
    ]);
    assertEquals(code, 2);
    assertEquals(stdout, "");
    for (
      const [line, said] of [
        [1, "max_profiles"],
        [3, "max_trains"],
        [5, "symbol_ham"],
        [6, "watch_interval"],
      ]
    ) {
      const at = stderr.split("\n").find((text) =>
        text.startsWith(`${config}:${line}:`)
      );
      assertStringIncludes(at ?? stderr, `${said}`);
    }
    // Nothing was begun.
    assertEquals([...Deno.readDirSync(folder)].length, 1);
  }));

Deno.test("a configuration that cannot be read is told", () =>
  inFolder(async (folder) => {
    const missing = `${folder}/none.conf`;
    assertStringIncludes(
      await refusal(["--config", missing], 2),
      "no such file",
    );
    assertStringIncludes(
      await refusal(["--config", folder], 2),
      "not a regular file",
    );
  }));

Deno.test("a configuration may come from standard input", () =>
  inFolder(async (folder) => {
    const args = ["serve", "--config", "-", "--store", `sqlite:${folder}`];
    const { code, stderr } = await neurald(args, {
      input: "max_profiles = x;",
    });
    assertEquals(code, 2);
    assertStringIncludes(stderr, "max_profiles");
  }));

Deno.test("a store that cannot be used is told, with what to do", () =>
  inFolder(async (folder) => {
    const file = `${folder}/file`;
    await Deno.writeTextFile(file, "this is no database, but something else");
    const cases: [store: string, said: string][] = [
      [`${file}/neurald.sqlite`, "no folder"],
      [folder, "this is a folder"],
      [file, "not a SQLite database"],
      ["/proc/neurald/neurald.sqlite", "/proc/neurald/neurald.sqlite"],
    ];
    for (const [store, said] of cases) {
      const line = await refusal(["--store", `sqlite:${store}`], 1);
      assertStringIncludes(line, said);
      assertStringIncludes(line, `neurald: sqlite:${store}`);
    }
    assertStringIncludes(
      await Deno.readTextFile(file),
      "this is no database",
    );
    assertStringIncludes(
      await refusal(["--store", "redis://:hunter2@127.0.0.1:1"], 1),
      "neurald: redis://127.0.0.1:1: it refuses connections",
    );
  }));

Deno.test("a store that is no URL is told as a wrong flag", async () => {
  assertStringIncludes(await refusal(["--store", "x"], 2), "--store");
});

Deno.test("a store of a newer neurald is not touched", () =>
  inFolder(async (folder) => {
    const store = `${folder}/neurald.sqlite`;
    const daemon = await DaemonProcess.start({ store });
    await daemon.post("/v1/learn", { symbols: { A: 1 }, class: "spam" });
    await daemon.end("SIGTERM");
    const database = new DatabaseSync(store);
    database.exec("PRAGMA user_version = 1000");
    database.close();
    const before = await Deno.readFile(store);
    const line = await refusal(["--store", `sqlite:${store}`], 1);
    assertStringIncludes(line, "a newer neurald");
    assertEquals(await Deno.readFile(store), before);
  }));

Deno.test("a port in use is told", () =>
  inFolder(async (folder) => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { code, stderr } = await neurald([
      ...["serve", "--listen", `127.0.0.1:${listener.addr.port}`, ...HUMAN],
      ...["--store", `sqlite:${folder}/neurald.sqlite`],
    ]);
    listener.close();
    assertEquals(code, 1);
    assertStringIncludes(
      stderr,
      `neurald: cannot listen on 127.0.0.1:${listener.addr.port}: `,
    );
    assert(!stderr.includes("    at "), stderr);
  }));

Deno.test("the store is made where systemd says, or in one's home", () =>
  inFolder(async (folder) => {
    const places: [env: Record<string, string>, path: string][] = [
      [{ STATE_DIRECTORY: `${folder}/a:${folder}/b` }, "a/neurald.sqlite"],
      [
        { STATE_DIRECTORY: "", XDG_STATE_HOME: `${folder}/c` },
        "c/neurald/neurald.sqlite",
      ],
    ];
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    for (const [env, path] of places) {
      // Ends at once, but has opened its store by then.
      const listen = ["--listen", `127.0.0.1:${taken.addr.port}`];
      const { code } = await neurald(["serve", ...listen], { env });
      assertEquals(code, 1);
      const { mode } = await Deno.stat(`${folder}/${path}`);
      assertEquals(mode! & 0o777, 0o600);
    }
  }));

Deno.test("it listens on a Unix socket, and takes over a stale one", () =>
  inFolder(async (folder) => {
    const listen = `unix:${folder}/socket`;
    const store = `${folder}/neurald.sqlite`;
    {
      await using first = await DaemonProcess.start({ store, listen });
      assertEquals(first.url, listen);
      const second = await neurald([
        ...["serve", "--listen", listen],
        ...["--store", `sqlite:${folder}/other.sqlite`],
      ]);
      assertEquals(second.code, 1);
      assertStringIncludes(second.stderr, "in use by another process");
      await first.end("SIGKILL");
    }
    assert((await Deno.lstat(`${folder}/socket`)).isSocket);
    const scan = JSON.stringify({ symbols: { A: 1 } });
    {
      await using again = await DaemonProcess.start({ store, listen });
      const args = ["score", "--server", listen, "--json"];
      const { code, stdout } = await neurald(args, { input: scan });
      assertEquals([code, stdout], [0, '{"results":[]}\n']);
      assertEquals((await again.end("SIGTERM")).status.code, 0);
    }
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assert(!left.includes("socket"), `${left}`);
  }));
