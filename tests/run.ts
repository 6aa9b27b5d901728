// deno-lint-ignore-file no-console
/**
 * Runs all tests (`deno task test`), after it has brought the programs that
 * some of them need, where it may: as root, from Debian's packages.
 *
 * Arguments go to `deno test`: names of files, or `--filter`.
 *
 * @module
 */

/** A program that tests use, and the Debian package that has it. */
const PROGRAMS = [
  { program: "rspamadm", package: "rspamd", for: "comparing with rspamd" },
  { program: "redis-server", package: "redis-server", for: "using Redis" },
];

/** Installing takes a minute at most; a mirror that hangs is given up. */
const INSTALL_TIMEOUT_MS = 5 * 60 * 1000;

async function isThere(program: string): Promise<boolean> {
  const { success } = await new Deno.Command("sh", {
    args: ["-c", `command -v ${program}`],
    stdout: "null",
  }).output();
  return success;
}

/** Installs packages. Gives the reason where that is not possible. */
async function install(packages: string[]): Promise<string | undefined> {
  if (Deno.uid() !== 0) return "only root can install packages";
  if (!await isThere("apt-get")) return "there is no apt-get";
  const { success, stderr } = await new Deno.Command("sh", {
    args: [
      "-c",
      `apt-get update -qq && apt-get install -y -qq --no-install-recommends ${
        packages.join(" ")
      }`,
    ],
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdout: "null",
    stderr: "piped",
    signal: AbortSignal.timeout(INSTALL_TIMEOUT_MS),
  }).output();
  if (success) return undefined;
  return new TextDecoder().decode(stderr).trim().split("\n").at(-1);
}

/** Brings what is missing, and says what will be skipped. */
async function bringPrograms(): Promise<void> {
  const missing = [];
  for (const one of PROGRAMS) {
    if (!await isThere(one.program)) missing.push(one);
  }
  if (missing.length === 0) return;
  const packages = missing.map((one) => one.package);
  console.log(`installing ${packages.join(", ")}`);
  const reason = await install(packages);
  if (reason === undefined) return;
  for (const one of missing) {
    console.log(
      `skipped: ${one.for}, for ${one.package} is missing: ${reason}`,
    );
  }
}

/** Runs the tests, shows what they print, and counts them. */
async function runTests(
  args: string[],
): Promise<{ success: boolean; passed: number; failed: number }> {
  const files = args.some((arg) => !arg.startsWith("-")) ? [] : ["tests"];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-all", "--parallel", ...args, ...files],
    cwd: new URL("../", import.meta.url),
    stdout: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  let summary = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    await Deno.stdout.write(new TextEncoder().encode(text));
    summary = (summary + text).slice(-2000);
  }
  const { success } = await child.status;
  const count = (what: string) =>
    Number(
      [...summary.matchAll(new RegExp(`(\\d+) ${what}`, "g"))].at(-1)?.[1],
    );
  const [passed, failed] = [count("passed"), count("failed")];
  return { success, passed: passed || 0, failed: failed || (success ? 0 : 1) };
}

await bringPrograms();
const { success, passed, failed } = await runTests(Deno.args);
console.log(`${passed} passed, ${failed} failed`);
Deno.exit(success ? 0 : 1);
