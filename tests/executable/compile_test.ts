import { assert, assertEquals, assertMatch } from "@std/assert";
import { inFolder } from "../cli/neurald.ts";
import { compile, type Outcome, run, SOURCES } from "./executable.ts";

/** A folder with a small program in the place of neurald's. */
async function makeSources(folder: string, main: string): Promise<string> {
  const sources = `${folder}/sources`;
  await Deno.mkdir(`${sources}/executable`, { recursive: true });
  for (
    const name of [
      "compile.sh",
      "deno.json",
      "deno.lock",
      "executable/self_extracting.sh",
    ]
  ) {
    await Deno.copyFile(`${SOURCES}/${name}`, `${sources}/${name}`);
  }
  await Deno.symlink(`${SOURCES}/data`, `${sources}/data`);
  await Deno.mkdir(`${sources}/lib`);
  await Deno.writeTextFile(`${sources}/lib/some_worker.ts`, "");
  await Deno.writeTextFile(`${sources}/main.ts`, main);
  return sources;
}

const PROGRAM = "if (import.meta.main) await Deno.stdout.write(new Uint8Array)";

/** Where something was made before, nothing is changed. */
async function assertFails(
  folder: string,
  make: (output: string) => Promise<Outcome>,
  ...expected: string[]
): Promise<void> {
  const place = await Deno.makeTempDir({ dir: folder });
  const output = `${place}/neurald`;
  await Deno.writeTextFile(output, "old");
  const { code, stderr } = await make(output);
  assertEquals(code, 1, stderr);
  for (const part of expected) assert(stderr.includes(part), stderr);
  assertMatch(stderr, /^compile\.sh: .*\n$/m);
  assertEquals(await Deno.readTextFile(output), "old");
  assertEquals([...Deno.readDirSync(place)].map((e) => e.name), ["neurald"]);
}

/**
 * An environment in which the runtime of deno compile cannot be downloaded,
 * and what bundling needs is there.
 */
async function withoutDownload(
  folder: string,
): Promise<Record<string, string>> {
  const information = await run(Deno.execPath(), ["info", "--json"], {
    env: Deno.env.toObject(),
  });
  const { denoDir } = JSON.parse(information.stdout);
  const own = `${folder}/deno`;
  await Deno.mkdir(`${own}/dl`, { recursive: true });
  await Deno.symlink(`${denoDir}/npm`, `${own}/npm`);
  for (const { name } of Deno.readDirSync(`${denoDir}/dl`)) {
    if (name === "release") continue;
    await Deno.symlink(`${denoDir}/dl/${name}`, `${own}/dl/${name}`);
  }
  const nowhere = "http://127.0.0.1:1";
  return {
    ...{ DENO_DIR: own, DENORT_BIN: "", HTTPS_PROXY: nowhere },
    ...{ https_proxy: nowhere, NO_PROXY: "", no_proxy: "" },
  };
}

Deno.test("compile.sh explains itself", async () => {
  const { code, stdout, stderr } = await compile(["--help"]);
  assertEquals([code, stderr], [0, ""]);
  for (const flag of ["-o FILE", "--target TARGET", "--self-extracting"]) {
    assert(stdout.includes(`  ${flag} `), stdout);
  }
});

Deno.test("compile.sh refuses what it does not know", async () => {
  const misuses = [
    ["--bogus"],
    ["neurald"],
    ["-o"],
    ["-o", ""],
    ["-o", "/"],
    ["--target"],
    ["--target", "x86_64-pc-windows-msvc"],
    ["--target", "linux-gnu"],
  ];
  for (const args of misuses) {
    const { code, stdout, stderr } = await compile(args);
    assertEquals([code, stdout], [2, ""], args.join(" "));
    assertMatch(stderr, /^compile\.sh: .*; see \.\/compile\.sh --help\n$/);
  }
});

Deno.test("a mistake in the sources is shown, and leaves nothing", () =>
  inFolder(async (folder) => {
    const sources = await makeSources(folder, 'import "./missing.ts";');
    await assertFails(
      folder,
      (output) => compile(["-o", output], {}, sources),
      "missing.ts",
      "main.ts cannot be bundled",
    );
  }));

Deno.test("workers of the same name are refused", () =>
  inFolder(async (folder) => {
    const sources = await makeSources(folder, PROGRAM);
    await Deno.mkdir(`${sources}/lib/more`);
    await Deno.writeTextFile(`${sources}/lib/more/some_worker.ts`, "");
    await assertFails(
      folder,
      (output) => compile(["-o", output], {}, sources),
      "some_worker.ts",
    );
  }));

Deno.test("a runtime that is none is told of, and leaves nothing", () =>
  inFolder(async (folder) => {
    const sources = await makeSources(folder, PROGRAM);
    const text = `${folder}/text`;
    await Deno.writeTextFile(text, "echo no runtime >&2; exit 3\n");
    // Deno 2.8 uses what is no program, and it fails when it is tried.
    const runtimes = { [`${folder}/missing`]: `${folder}/missing`, [text]: "" };
    for (const [path, expected] of Object.entries(runtimes)) {
      await assertFails(
        folder,
        (output) => compile(["-o", output], { DENORT_BIN: path }, sources),
        expected,
      );
    }
  }));

Deno.test("a deno that is none is told of", () =>
  inFolder(async (folder) => {
    for (const deno of ["/bin/true", "/bin/echo", "/no/such/deno"]) {
      await assertFails(folder, async (output) => {
        const outcome = await compile(["-o", output], { DENO: deno });
        assertMatch(outcome.stderr, /^compile\.sh: [^\n]*\n$/);
        return outcome;
      }, deno);
    }
  }));

Deno.test("a runtime for another machine is refused", () =>
  inFolder(async (folder) => {
    const sources = await makeSources(folder, PROGRAM);
    const runtime = await Deno.readFile(Deno.execPath());
    const other = Deno.build.arch === "x86_64" ? "aarch64" : "x86_64";
    const target = `${other}-unknown-linux-gnu`;
    const path = `${folder}/denort`;
    await Deno.writeFile(path, runtime, { mode: 0o700 });
    await assertFails(
      folder,
      (output) =>
        compile(
          ["-o", output, "--target", target],
          { DENORT_BIN: path },
          sources,
        ),
      `no program for ${target}`,
      "DENORT_BIN",
    );
  }));

Deno.test("where the runtime cannot be downloaded, Deno itself is packed", () =>
  inFolder(async (folder) => {
    const sources = await makeSources(folder, PROGRAM);
    // Brings what bundling needs.
    await assertFails(
      folder,
      (output) => compile(["-o", output], { DENORT_BIN: "/dev/null" }, sources),
    );
    const env = await withoutDownload(folder);
    await assertFails(
      folder,
      (output) =>
        compile(
          ["-o", output, "--target", "aarch64-apple-darwin"],
          env,
          sources,
        ),
      "cannot be downloaded",
      "aarch64-apple-darwin",
    );
    const output = `${folder}/neurald`;
    const { code, stderr } = await compile(["-o", output], env, sources);
    assertEquals(code, 0, stderr);
    assert(stderr.includes("cannot be downloaded"), stderr);
    const text = await Deno.readTextFile(output);
    assert(text.startsWith("#!/bin/sh\n"));
    assertEquals(Deno.statSync(output).mode! & 0o777, 0o755);
  }));
