import { assert, assertEquals, assertMatch } from "@std/assert";
import { Buffer } from "node:buffer";
import { basename } from "node:path";
import { inFolder } from "../cli/neurald.ts";
import { HUMAN } from "../daemon/process.ts";
import { until } from "../daemon/until.ts";
import { PERMISSIONS, testBehaviours } from "./behaviours.ts";
import { CORPUS, scans } from "./corpus.ts";
import {
  type Executable,
  program,
  run,
  sharedExecutable,
} from "./executable.ts";

const make = sharedExecutable(["--self-extracting"]);

testBehaviours("self-extracting", make);

/** The folder that it has unpacked itself into, of those in a cache. */
function unpackedIn(cache: string): string {
  const names = [...Deno.readDirSync(`${cache}/neurald`)].map((e) => e.name);
  assertEquals(names.length, 1, names.join(" "));
  return `${cache}/neurald/${names[0]}`;
}

/** Starts it once; it has to work. */
async function start(
  executable: Executable,
  env: Record<string, string>,
): Promise<void> {
  assertMatch(await executable.answer(["--version"], { env }), /^neurald /);
}

/** It does not start, and says why on one line. */
async function assertRefused(
  executable: Executable,
  env: Record<string, string>,
  ...expected: string[]
): Promise<void> {
  const { code, stdout, stderr } = await executable.run(["--version"], { env });
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^neurald: .*\n$/);
  for (const part of expected) assert(stderr.includes(part), stderr);
}

Deno.test("self-extracting: it may do what it needs, and no more", async () => {
  const { path } = await make();
  const [, text] = /\nflags='(.*)'\n/.exec(await Deno.readTextFile(path))!;
  assertEquals(text.split(" "), ["--unstable-worker-options", ...PERMISSIONS]);
});

Deno.test("self-extracting: eight first starts at once work", () =>
  inFolder(async (cache) => {
    const executable = await make();
    const env = { XDG_CACHE_HOME: cache };
    await Promise.all(Array.from({ length: 8 }, () => start(executable, env)));
    // Nothing is left of the seven that were late.
    const { mode } = Deno.statSync(unpackedIn(cache));
    assertEquals(mode! & 0o777, 0o700);
  }));

const CORPUS_NAME = `data/${basename(CORPUS)}`;

/** Ways to spoil a file. */
const DAMAGES: Record<string, (path: string) => void> = {
  "is missing": (path) => Deno.removeSync(path),
  "is empty": (path) => Deno.truncateSync(path),
  "is cut off": (path) => Deno.truncateSync(path, Deno.statSync(path).size - 1),
  "is zeroed": (path) => {
    const { size } = Deno.statSync(path);
    Deno.truncateSync(path);
    Deno.truncateSync(path, size);
  },
  "is altered": (path) => {
    using file = Deno.openSync(path, { read: true, write: true });
    const byte = new Uint8Array(1);
    file.readSync(byte);
    file.seekSync(0, Deno.SeekMode.Start);
    file.writeSync(byte.map((value) => value ^ 1));
  },
};

Deno.test("self-extracting: damage to what it unpacked is repaired", () =>
  inFolder(async (cache) => {
    const executable = await make();
    const env = { XDG_CACHE_HOME: cache };
    await start(executable, env);
    const folder = unpackedIn(cache);
    for (const name of ["deno", "main.mjs", CORPUS_NAME]) {
      const path = `${folder}/${name}`;
      const { mode, mtime, size } = await Deno.stat(path);
      const content = await Deno.readFile(path);
      for (const [damage, spoil] of Object.entries(DAMAGES)) {
        spoil(path);
        // The time alone tells nothing.
        if (damage !== "is missing") {
          await Deno.utime(path, mtime!, mtime!);
        }
        await start(executable, env);
        const repaired = await Deno.stat(path);
        assertEquals(
          [repaired.mode, repaired.mtime, repaired.size],
          [mode, mtime, size],
          `${name} ${damage}`,
        );
        const isSame = Buffer.from(content).equals(await Deno.readFile(path));
        assert(isSame, `${name} ${damage}`);
      }
    }
    await Deno.chmod(`${folder}/deno`, 0o600);
    await start(executable, env);
    await Deno.remove(folder, { recursive: true });
    await start(executable, env);
    assertEquals(unpackedIn(cache), folder);
  }));

Deno.test("self-extracting: what is in its way is told of", () =>
  inFolder(async (folder) => {
    const executable = await make();
    const env = { XDG_CACHE_HOME: folder };
    const cache = `${folder}/neurald`;
    await start(executable, env);
    const unpacked = unpackedIn(folder);
    const obstacles: ((path: string) => void)[] = [
      (path) => Deno.writeTextFileSync(path, ""),
      (path) => Deno.symlinkSync("/nowhere", path),
    ];
    for (const place of [`${unpacked}/data`, unpacked, cache]) {
      for (const put of obstacles) {
        await Deno.remove(place, { recursive: true });
        put(place);
        await assertRefused(executable, env, place);
      }
      await Deno.remove(place);
      await start(executable, env);
    }
  }));

Deno.test("self-extracting: a reload while it starts does not end it", () =>
  inFolder(async (cache) => {
    const { path } = await make();
    const args = ["serve", "--listen", "127.0.0.1:0", ...HUMAN];
    const child = program(path, [...args, "--store", "sqlite::memory:"], {
      env: { XDG_CACHE_HOME: cache },
    }).spawn();
    // It unpacks itself meanwhile.
    await until("its folder", () => [...Deno.readDirSync(cache)].length > 0);
    child.kill("SIGHUP");
    let said = "";
    for await (
      const text of child.stderr.pipeThrough(new TextDecoderStream())
    ) {
      const wasReady = said.includes(" ready ");
      said += text;
      // A second one would find nobody who minds it any more.
      if (!wasReady && said.includes(" ready ")) child.kill("SIGTERM");
    }
    await child.stdout.cancel();
    assertEquals((await child.status).code, 0, said);
  }));

Deno.test("self-extracting: damage is repaired under those who use it", () =>
  inFolder(async (cache) => {
    const executable = await make();
    const env = { XDG_CACHE_HOME: cache };
    await using server = await executable.serve(
      ["--store", "sqlite::memory:"],
      { env },
    );
    await server.ask("/v1/learn", (await scans(100)).join("\n"));
    await Deno.remove(`${unpackedIn(cache)}/deno`);
    await Deno.remove(`${unpackedIn(cache)}/training_worker.mjs`);
    await Promise.all(Array.from({ length: 4 }, () => start(executable, env)));
    // The thread that trains begins now, from there.
    const { trained } = JSON.parse(await server.ask("/v1/train", ""));
    assert(trained, server.stderr);
    assertEquals((await server.end("SIGTERM")).status.code, 0);
  }));

Deno.test("self-extracting: it unpacks itself where it may", () =>
  inFolder(async (folder) => {
    const executable = await make();
    const places: [env: Record<string, string>, cache: string][] = [
      [{ CACHE_DIRECTORY: `${folder}/1:${folder}/x` }, "1"],
      [{ XDG_CACHE_HOME: `${folder}/2`, HOME: `${folder}/x` }, "2/neurald"],
      [{ HOME: `${folder}/3` }, "3/.cache/neurald"],
      [{ XDG_CACHE_HOME: "x", HOME: `${folder}/3` }, "3/.cache/neurald"],
      [{ HOME: "/dev/null", TMPDIR: folder }, `neurald-${Deno.uid()}`],
    ];
    for (const [env, cache] of places) {
      await start(executable, { XDG_CACHE_HOME: "", ...env });
      const { mode } = await Deno.stat(`${folder}/${cache}`);
      assertEquals(mode! & 0o777, 0o700);
      await Deno.remove(`${folder}/${cache}`, { recursive: true });
    }
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assertEquals(left.sort(), ["2", "3"]);
  }));

Deno.test("self-extracting: it can be called in any way", () =>
  inFolder(async (folder) => {
    const { path, cache, folder: home } = await make();
    await Deno.symlink(path, `${folder}/link`);
    const calls: [command: string, cwd: string][] = [
      ["./neurald", home],
      ["cd / && neurald", home],
      ["./link", folder],
      [`${folder}/link`, "/"],
      [`sh ${path}`, "/"],
    ];
    const env = { ...cache, PATH: `${home}:${Deno.env.get("PATH")}` };
    for (const [command, cwd] of calls) {
      const args = ["-c", `${command} "$@"`, "sh", "eval", "--model", "a  b"];
      const { code, stderr } = await run("/bin/sh", args, { cwd, env });
      assertEquals([code, stderr], [
        2,
        "neurald: --input FILE is needed, or --spam and --ham PATH\n",
      ]);
    }
  }));

Deno.test("self-extracting: a damaged executable says so", () =>
  inFolder(async (folder) => {
    const executable = await make();
    const bytes = await Deno.readFile(executable.path);
    bytes.fill(0, bytes.length - 100_000);
    const path = `${folder}/neurald`;
    await Deno.writeFile(path, bytes, { mode: 0o755 });
    const env = { XDG_CACHE_HOME: `${folder}/cache` };
    const { code, stderr } = await run(path, ["--version"], { env });
    assertEquals(code, 1);
    assertMatch(stderr, /^neurald: cannot unpack .*\n$/);
    assertEquals([...Deno.readDirSync(`${folder}/cache/neurald`)], []);
  }));

Deno.test("self-extracting: a cache that cannot be used is told of", () =>
  inFolder(async (folder) => {
    const executable = await make();
    await Deno.writeTextFile(`${folder}/file`, "");
    for (const name of ["XDG_CACHE_HOME", "CACHE_DIRECTORY"]) {
      const cache = `${folder}/file/cache`;
      await assertRefused(executable, { [name]: cache }, cache, "set XDG_");
    }
  }));

Deno.test("self-extracting: nobody else's cache is used (needs root)", {
  ignore: Deno.uid() !== 0,
}, () =>
  inFolder(async (folder) => {
    const executable = await make();
    const cache = `${folder}/neurald`;
    await Deno.mkdir(cache);
    await Deno.chown(cache, 65534, 65534);
    await assertRefused(executable, { XDG_CACHE_HOME: folder }, cache);
  }));

Deno.test("self-extracting: a full disk is told of (needs a small one)", {
  ignore: !canMount(),
}, () =>
  inFolder(async (folder) => {
    const { path } = await make();
    const script = `mount -t tmpfs -o size=50m none "$1" && cd "$1" || exit 9
      XDG_CACHE_HOME=$1 "$2" --version
      status=$?
      ls -A neurald
      exit $status`;
    const { code, stdout, stderr } = await run("unshare", [
      ...["--mount", "--map-root-user", "sh", "-c", script, "sh"],
      ...[folder, path],
    ]);
    assertEquals([code, stdout], [1, ""]);
    assertMatch(stderr, /^neurald: there is no space left in .*\n$/);
  }));

/** Whether a test may mount something that only it sees. */
function canMount(): boolean {
  try {
    return new Deno.Command("unshare", {
      args: ["--mount", "--map-root-user", "mount", "-t", "tmpfs", "x", "/mnt"],
      stderr: "null",
    }).outputSync().success;
  } catch {
    return false;
  }
}
