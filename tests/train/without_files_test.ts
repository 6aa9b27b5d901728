import { assert, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import type { Outcome } from "./without_files.ts";

Deno.test("without file descriptors a training fails, and the process goes on", async () => {
  const program = fileURLToPath(new URL("without_files.ts", import.meta.url));
  const run = ["run", "--quiet", "--no-check", "--allow-all", program];
  const { stdout, stderr } = await new Deno.Command("sh", {
    args: [
      ...["-c", 'ulimit -n 200 && exec "$@"', "sh"],
      ...[Deno.execPath(), ...run],
    ],
  }).output();
  const decoder = new TextDecoder();
  const text = decoder.decode(stdout);
  assert(text !== "", decoder.decode(stderr));
  const { message, next }: Outcome = JSON.parse(text);
  assertStringIncludes(message, "no file descriptors are left for a training");
  assert(next > 0);
});
