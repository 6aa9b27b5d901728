/**
 * neurald as its users start it: as a process of its own.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** What a command came to. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** How to start a command. */
export interface Start {
  /** Standard input; empty unless given. */
  input?: string | Uint8Array;
  env?: Record<string, string>;
}

/** Longer than any command takes. */
const TIMEOUT_MS = 60_000;

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** The program and all its arguments. */
export function line(args: string[]): string[] {
  const run = ["run", "--quiet", "--no-check", "--no-prompt", "--allow-all"];
  return [Deno.execPath(), ...run, MAIN, ...args];
}

/** The command for arguments, not started yet. */
export function command(
  args: string[],
  options: Deno.CommandOptions = {},
): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    ...options,
    args: line(args).slice(1),
    env: { NO_COLOR: "1", ...options.env },
  });
}

/** Runs a command to its end. */
export async function neurald(
  args: string[],
  { input = "", env }: Start = {},
): Promise<Outcome> {
  const child = command(args, {
    env,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).spawn();
  const writing = write(child.stdin, input);
  const { code, stdout, stderr } = await child.output();
  await writing;
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

async function write(
  stdin: WritableStream<Uint8Array>,
  input: string | Uint8Array,
): Promise<void> {
  const bytes = typeof input === "string"
    ? new TextEncoder().encode(input)
    : input;
  const writer = stdin.getWriter();
  try {
    await writer.write(bytes);
    await writer.close();
  } catch {
    // Not every command reads its input.
  }
}

/** Runs a test in a folder that is removed afterwards. */
export async function inFolder(
  run: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "neurald-test-" });
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
