/**
 * neurald's executable, as compile.sh makes it and as its users run it.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { DaemonProcess, HUMAN } from "../daemon/process.ts";

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
  serve(args: string[] = [], start: Start = {}): Promise<DaemonProcess> {
    const all = ["serve", "--listen", "127.0.0.1:0", ...HUMAN, ...args];
    return DaemonProcess.run(program(this.path, all, {
      ...start,
      env: { ...this.cache, ...start.env },
    }));
  }

  async remove(): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
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
