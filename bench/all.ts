// deno-lint-ignore-file no-console
/**
 * Runs all measurements (`deno task bench`), also when one of them misses its
 * target; then the exit code is 1.
 *
 * @module
 */

const BENCHES = [
  "demo_seeds.ts",
  "procedure.ts",
  "cross_validation.ts",
  "training.ts",
  "large_pool.ts",
  "serving.ts",
  "metrics.ts",
  "folders.ts",
  "footprint.ts",
  "redis.ts",
];

for (const name of BENCHES) {
  console.log(`\n# ${name}`);
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", new URL(name, import.meta.url).href],
    cwd: new URL("../", import.meta.url),
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  if (!success) Deno.exitCode = 1;
}
