/**
 * neurald's executable, as compile.sh makes it and as its users run it.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import type { Status } from "../../lib/engine/status.ts";
import { until } from "../daemon/until.ts";

/** The folder of the sources. */
export const SOURCES = fileURLToPath(new URL("../../", import.meta.url));

/** Longer than any program takes, and than packing on a slow machine. */
const TIMEOUT_MS = 120_000;

/** What a program came to. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** How a program is started. */
export interface Start {
  cwd?: string;
  /** Everything that is in its environment besides `PATH`. */
  env?: Record<string, string>;
}

/** A program with nothing in its environment that is not named. */
export function program(
  path: string,
  args: string[],
  { cwd, env }: Start = {},
): Deno.Command {
  return new Deno.Command(path, {
    args,
    cwd,
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH")!, NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
}

/** Runs a program to its end. */
export async function run(
  path: string,
  args: string[],
  start?: Start,
): Promise<Outcome> {
  const { code, stdout, stderr } = await program(path, args, start).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

/**
 * Runs compile.sh by the deno that runs the tests, with its cache.
 *
 * @param env in addition to what is in the environment of the tests
 * @param sources the folder where compile.sh is
 */
export function compile(
  args: string[],
  env: Record<string, string> = {},
  sources = SOURCES,
): Promise<Outcome> {
  return run(`${sources}/compile.sh`, args, {
    env: { ...Deno.env.toObject(), DENO: Deno.execPath(), ...env },
  });
}

/** An executable in a folder of its own. */
export class Executable {
  /** Where it lives, and keeps what it unpacks. */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes it, with the flags of compile.sh. */
  static async make(flags: string[]): Promise<Executable> {
    const folder = await Deno.makeTempDir({ prefix: "neurald-executable-" });
    const executable = new Executable(folder);
    try {
      const outcome = await compile([...flags, "-o", executable.path]);
      assertEquals(outcome.code, 0, outcome.stderr);
      return executable;
    } catch (error) {
      await executable.remove();
      throw error;
    }
  }

  get path(): string {
    return `${this.folder}/neurald`;
  }

  /** Where a self-extracting one unpacks itself, unless told otherwise. */
  get cache(): Record<string, string> {
    return { XDG_CACHE_HOME: `${this.folder}/cache` };
  }

  /** Runs it to its end. */
  run(args: string[], start: Start = {}): Promise<Outcome> {
    return run(this.path, args, {
      ...start,
      env: { ...this.cache, ...start.env },
    });
  }

  /** Runs it to its end, which is a good one; gives what it prints. */
  async answer(args: string[], start?: Start): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, start);
    assertEquals(code, 0, stderr);
    return stdout;
  }

  /** Starts `neurald serve` on a free port, and waits until it is ready. */
  serve(args: string[] = [], start: Start = {}): Promise<Server> {
    const all = ["serve", "--listen", "127.0.0.1:0", ...args];
    return Server.start(program(this.path, all, {
      ...start,
      env: { ...this.cache, ...start.env },
    }));
  }

  async remove(): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** `neurald serve`. */
export class Server {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  #hasEnded = false;
  /** What it has logged. */
  log = "";

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#reading = this.#read();
  }

  static async start(command: Deno.Command): Promise<Server> {
    const server = new Server(command.spawn());
    try {
      await until("it is ready", () => {
        assert(!server.#hasEnded, server.log);
        return server.log.includes(" ready ");
      });
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Where it answers. */
  get url(): string {
    return /ready url=(\S+)/.exec(this.log)![1];
  }

  /**
   * Sends a request that is answered well, and reads the answer.
   *
   * @param body JSON Lines; without one it is a `GET`
   */
  async ask(path: string, body?: string): Promise<string> {
    const response = await fetch(this.url + path, {
      method: body === undefined ? "GET" : "POST",
      headers: { "content-type": "application/x-ndjson" },
      body,
    });
    const answer = await response.text();
    assertEquals(response.status, 200, answer);
    return answer;
  }

  /** `GET /v1/status`. */
  async status(): Promise<Status> {
    return JSON.parse(await this.ask("/v1/status"));
  }

  signal(name: Deno.Signal): void {
    this.#child.kill(name);
  }

  /** Asks it to end, and waits until it has. */
  async end(): Promise<{ code: number; durationMs: number }> {
    const begin = performance.now();
    this.#child.kill("SIGTERM");
    const { code } = await this.#child.status;
    await this.#reading;
    return { code, durationMs: performance.now() - begin };
  }

  /** Kills it if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded) this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#reading;
  }

  async #read(): Promise<void> {
    this.#child.status.then(() => this.#hasEnded = true);
    await this.#child.stdout.cancel();
    const texts = this.#child.stderr.pipeThrough(new TextDecoderStream());
    for await (const text of texts) this.log += text;
  }
}

/**
 * An executable that the tests of a file share: made when the first of them
 * asks for it, and removed after the last.
 *
 * @param flags of compile.sh
 */
export function sharedExecutable(
  flags: string[] = [],
): () => Promise<Executable> {
  let making: Promise<Executable> | undefined;
  Deno.test.afterAll(async () => {
    await making?.then((executable) => executable.remove(), () => {});
  });
  return () => making ??= Executable.make(flags);
}
