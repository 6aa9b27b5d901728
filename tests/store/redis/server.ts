/**
 * A real Redis of its own for a test.
 *
 * @module
 */

import { assert } from "@std/assert";
import { until } from "../../daemon/until.ts";

/** Below those that outgoing connections get: they would take a port away. */
const PORTS = { first: 20_000, count: 12_000 };

/** Two tests may choose the same port at once. */
const MOST_STARTS = 5;

/** A port that nobody listens on. */
export function freePort(): number {
  while (true) {
    const port = PORTS.first + Math.floor(PORTS.count * Math.random());
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}

/** A Redis server on a port and a socket in a temporary folder. */
export class RedisServer {
  readonly folder: string;
  readonly port: number;
  readonly #args: string[];
  #child?: Deno.ChildProcess;

  private constructor(folder: string, port: number, args: string[]) {
    this.folder = folder;
    this.port = port;
    this.#args = args;
  }

  /**
   * Starts one that keeps what it is told, with options of its own.
   *
   * @param ports options that get a free port each
   */
  static async start(
    args: string[] = [],
    ports: string[] = [],
  ): Promise<RedisServer> {
    const folder = await Deno.makeTempDir({ prefix: "neurald-test-" });
    for (let starts = 1;; starts++) {
      const others = ports.flatMap((option) => [option, String(freePort())]);
      const server = new RedisServer(folder, freePort(), [...args, ...others]);
      try {
        await server.startAgain();
        return server;
      } catch (error) {
        if (starts < MOST_STARTS) continue;
        await server[Symbol.asyncDispose]();
        throw error;
      }
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get socket(): string {
    return `${this.folder}/socket`;
  }

  /** What one of its own options was set to. */
  option(name: string): string {
    return this.#args[this.#args.indexOf(name) + 1];
  }

  /**
   * Starts it on the port where it was.
   *
   * @throws {Error} when it ends, as where somebody has its port
   */
  async startAgain(): Promise<void> {
    const child = this.#child = new Deno.Command("redis-server", {
      args: [
        ...["--port", String(this.port), "--bind", "127.0.0.1"],
        ...["--unixsocket", this.socket, "--dir", this.folder],
        ...["--appendonly", "yes", "--appendfsync", "always", "--save", ""],
        ...this.#args,
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    let hasEnded = false;
    child.status.then(() => hasEnded = true);
    await until(
      "Redis answers",
      async () => hasEnded || await this.#isReady(),
      10_000,
    );
    if (!hasEnded) return;
    this.#child = undefined;
    throw new Error(`Redis has ended at once: is port ${this.port} taken?`);
  }

  /** By the socket, which no other server has. */
  async #isReady(): Promise<boolean> {
    try {
      using connection = await Deno.connect({
        transport: "unix",
        path: this.socket,
      });
      await connection.write(new TextEncoder().encode("PING\r\n"));
      const answer = new Uint8Array(64);
      const length = await connection.read(answer) ?? 0;
      const text = new TextDecoder().decode(answer.subarray(0, length));
      return text === "+PONG\r\n" || text.startsWith("-NOAUTH");
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      if (error instanceof Deno.errors.ConnectionRefused) return false;
      if (error instanceof Deno.errors.ConnectionReset) return false;
      throw error;
    }
  }

  /** Pauses it (`SIGSTOP`), or lets it go on (`SIGCONT`). */
  signal(signal: Deno.Signal): void {
    assert(this.#child);
    this.#child.kill(signal);
  }

  /** Ends it, and keeps its data. */
  async stop(signal: Deno.Signal = "SIGTERM"): Promise<void> {
    assert(this.#child);
    this.#child.kill(signal);
    await this.#child.status;
    this.#child = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child) await this.stop("SIGKILL");
    await Deno.remove(this.folder, { recursive: true });
  }
}
