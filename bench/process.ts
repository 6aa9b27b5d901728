/**
 * Child processes that a measurement needs: servers, and the load on them.
 *
 * @module
 */

import type { Load, LoadResult } from "./load.ts";

const ROOT = new URL("../", import.meta.url);

/** Which processors a process may use; all of them, if it is left out. */
type Processors = string | undefined;

/** Whether processes can be bound to a processor. */
const CAN_PIN = await new Deno.Command("taskset", { args: ["-c", "0", "true"] })
  .output().then(({ success }) => success, () => false);

function command(
  args: string[],
  processors: Processors,
): [string, string[]] {
  return processors !== undefined && CAN_PIN
    ? ["taskset", ["-c", processors, Deno.execPath(), ...args]]
    : [Deno.execPath(), args];
}

/** A server that is running. */
export interface RunningServer {
  pid: number;
  port: number;
  /** From its start until it was ready, in milliseconds. */
  readyMs: number;
  stop(): Promise<void>;
}

/**
 * Starts a server that prints a line with `127.0.0.1:PORT` when it is ready.
 *
 * @param args arguments of `deno`, or of `program`
 */
export async function startServer(
  args: string[],
  processors?: Processors,
  program?: string,
): Promise<RunningServer> {
  const [name, all] = program === undefined
    ? command(args, processors)
    : [program, args];
  const started = performance.now();
  const child = new Deno.Command(name, {
    args: all,
    cwd: ROOT,
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let port: number | undefined;
  while (port === undefined) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the server did not start: ${text}`);
    text += value;
    const match = /127\.0\.0\.1:(\d+)/.exec(text);
    if (match) port = Number(match[1]);
  }
  const readyMs = performance.now() - started;
  const drained = drain(reader);
  return {
    pid: child.pid,
    port,
    readyMs,
    async stop() {
      child.kill("SIGTERM");
      await child.status;
      await drained;
    },
  };
}

/** Reads on, so that the server never waits to write its log. */
async function drain(reader: ReadableStreamDefaultReader<string>) {
  while (!(await reader.read()).done);
}

/** Loads a server from a process of its own. */
export async function loadFromOutside(
  options: Load,
  processors?: Processors,
): Promise<LoadResult> {
  const script = new URL("load.ts", import.meta.url).pathname;
  const [name, args] = command(
    ["run", "--allow-net", "--no-check", script],
    processors,
  );
  const child = new Deno.Command(name, {
    args,
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(options)));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("the load failed");
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Memory that a process has in use, in bytes (`VmRSS`). */
export function residentBytes(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return 1024 * Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]);
}

/** Most memory that a process has had in use so far, in bytes (`VmHWM`). */
export function peakBytes(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return 1024 * Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]);
}
