/**
 * Prometheus' own tool, where it is installed.
 *
 * @module
 */

import { assert } from "@std/assert";

/** Whether there is one; says so where there is none. */
export const hasPromtool = await find();

async function find(): Promise<boolean> {
  const { success } = await new Deno.Command("sh", {
    args: ["-c", "command -v promtool"],
    stdout: "null",
  }).output();
  if (!success) {
    // deno-lint-ignore no-console
    console.log("skipped: what promtool says, for it is not installed");
  }
  return success;
}

/** Runs it; it has to be content. */
export async function promtool(args: string[], input = ""): Promise<string> {
  const child = new Deno.Command("promtool", {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  // It may have ended before it has read all.
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { success, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  const said = decoder.decode(stdout) + decoder.decode(stderr);
  assert(success, said);
  return said;
}
