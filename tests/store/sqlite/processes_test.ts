import { assert, assertEquals } from "@std/assert";
import type { SqliteCore } from "../../../lib/store/sqlite/core.ts";
import { openDatabase } from "../../../lib/store/sqlite/database.ts";
import { wordsOf } from "../samples.ts";
import { ask, inTemporaryFolder, openCore } from "./temporary.ts";

const SERIES = "series";
const ROUNDS = 20;

/** Starts `writer.ts`. */
function startWriter(...args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-check",
      "--allow-all",
      new URL("./writer.ts", import.meta.url).pathname,
      ...args,
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** The whole lines that a process has printed. */
function linesOf(stdout: Uint8Array): string[] {
  return new TextDecoder().decode(stdout).split("\n").slice(0, -1);
}

function checkIntegrity(path: string) {
  const database = openDatabase(path);
  const [row] = database.prepare("PRAGMA integrity_check").all();
  assertEquals(row.integrity_check, "ok");
  assertEquals(database.prepare("PRAGMA foreign_key_check").all(), []);
  database.close();
}

/** Everything that the store has, as `writer.ts` would acknowledge it. */
function contentsOf(core: SqliteCore): Set<string> {
  const contents = new Set<string>();
  for (const series of ask(core, "series")) {
    for (const { profile } of ask(core, "profiles", series)) {
      const { first, second } = ask(core, "model", series, profile.redis_key)!;
      assertEquals([first.length, second.length], [20_000, 20_000]);
      assertEquals(first, second);
      assertEquals(ask(core, "trainings", series, 10).length, 1);
      contents.add(`model ${profile.redis_key}`);
    }
  }
  for (const word of wordsOf(ask(core, "samples", SERIES)).split(" ")) {
    contents.add(`sample ${word}`);
  }
  return contents;
}

Deno.test("what was acknowledged outlives a process that is killed", () =>
  inTemporaryFolder(async (folder) => {
    const path = `${folder}/neurald.sqlite`;
    const acknowledged: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const writer = startWriter(path, `${round}`);
      const output = writer.output();
      // Often while it starts, more often while it writes.
      await new Promise((resolve) =>
        setTimeout(resolve, 100 + Math.random() * 300)
      );
      writer.kill("SIGKILL");
      acknowledged.push(...linesOf((await output).stdout));

      checkIntegrity(path);
      const core = openCore(path);
      const contents = contentsOf(core);
      core.close();
      const lost = acknowledged.filter((line) => !contents.has(line));
      assertEquals(lost, []);
    }
    assert(acknowledged.length > ROUNDS, `${acknowledged.length} samples`);
  }));

Deno.test("several processes share a file, from its making on", () =>
  inTemporaryFolder(async (folder) => {
    const path = `${folder}/neurald.sqlite`;
    const writers = ["a", "b", "c", "d"].map((name) =>
      startWriter(path, name, "50").output()
    );
    const outputs = await Promise.all(writers);
    assert(outputs.every(({ success }) => success));
    const core = openCore(path);
    const contents = contentsOf(core);
    assertEquals(ask(core, "counts", SERIES).fresh.spam, 200);
    core.close();
    const lines = outputs.flatMap(({ stdout }) => linesOf(stdout));
    assertEquals(new Set(lines), contents);
    checkIntegrity(path);
  }));
