/**
 * The daemon as a process of its own.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Status } from "../../lib/engine/status.ts";
import type { LogFormat } from "../../lib/log/format.ts";
import { line } from "../cli/neurald.ts";
import { preloading } from "./preload.ts";
import { until } from "./until.ts";

/** How to start a daemon. */
export interface ServeOptions {
  /** Path of the SQLite file, or the URL of a Redis. */
  store: string;
  /** Path of a configuration. */
  config?: string;
  /** Address; a free port unless given. */
  listen?: string;
  /** A module that runs before it does, in the same thread. */
  preload?: string;
  /** The same in the thread that starts it. */
  preloadFirst?: string;
  /** Form of what it logs; for people unless given. */
  logFormat?: LogFormat;
  /** What is added to its environment. */
  env?: Record<string, string>;
  /** Path of an executable, which is started instead; it preloads nothing. */
  executable?: string;
}

/** Where it answers, in either form of the log. */
const READY = / ready url=(\S+)|"message":"ready","url":"([^"]+)"/;

/** Has the daemon log for people, whatever its standard error is. */
export const HUMAN: readonly string[] = ["--log-format", "human"];

/** How a process ended. */
export interface End {
  status: Deno.CommandStatus;
  /** From the signal on. */
  durationMs: number;
}

/** A daemon that runs in a process of its own. */
export class DaemonProcess {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  #stderr = "";
  #status: Deno.CommandStatus | undefined;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#reading = this.#read(child.stderr);
    child.status.then((status) => this.#status = status);
  }

  /** Starts a daemon, and waits until it is ready. */
  static start(options: ServeOptions): Promise<DaemonProcess> {
    return DaemonProcess.spawn(options).#whenReady();
  }

  /**
   * Starts a daemon, and waits until it is ready.
   *
   * @param command its standard error is piped
   * @param meanwhile what is done to it while it starts
   */
  static async run(
    command: Deno.Command,
    meanwhile: (child: Deno.ChildProcess) => Promise<void> | void = () => {},
  ): Promise<DaemonProcess> {
    const child = command.spawn();
    const ready = new DaemonProcess(child).#whenReady();
    await Promise.all([ready, meanwhile(child)]);
    return await ready;
  }

  async #whenReady(): Promise<DaemonProcess> {
    try {
      await until("it is ready", () => {
        assert(this.#status === undefined, this.stderr);
        return READY.test(this.stderr);
      });
      return this;
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Starts a daemon, and does not wait. */
  static spawn(options: ServeOptions): DaemonProcess {
    const { store, config, listen, preload, env, executable } = options;
    const { preloadFirst, logFormat = "human" } = options;
    const args = [
      "serve",
      ...["--log-format", logFormat],
      ...[
        "--store",
        /^redis(\+unix)?:/.test(store) ? store : `sqlite:${store}`,
      ],
      ...["--listen", listen ?? "127.0.0.1:0"],
      ...config === undefined ? [] : ["--config", config],
    ];
    const [deno, run, ...rest] = line(args);
    const before = [
      ...preload === undefined ? [] : [preloading(preload)],
      ...preloadFirst === undefined ? [] : ["--preload", preloadFirst],
    ];
    return new DaemonProcess(
      new Deno.Command(executable ?? deno, {
        args: executable ? args : [run, ...before, ...rest],
        env: { NO_COLOR: "1", ...env },
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).spawn(),
    );
  }

  /** What the system knows it by. */
  get pid(): number {
    return this.#child.pid;
  }

  /** What it has logged so far. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Warnings and errors, but for what a busy machine may cause. */
  get complaints(): string[] {
    return this.#stderr.split("\n").filter((line) =>
      / (warn|error) /.test(line) && !line.includes(" a request took long ")
    );
  }

  /** Where it answers. */
  get url(): string {
    const [, human, json] = READY.exec(this.#stderr) ?? [];
    const url = human ?? json;
    assert(url, "it is not ready");
    return url;
  }

  /** `GET /v1/status`. */
  async getStatus(): Promise<Status> {
    return JSON.parse(await this.ask("/v1/status"));
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

  /** Sends JSON. */
  async post(path: string, json: unknown): Promise<Response> {
    return await fetch(this.url + path, {
      method: "POST",
      body: JSON.stringify(json),
    });
  }

  /** Sends a signal that it lives on after. */
  signal(name: Deno.Signal): void {
    this.#child.kill(name);
  }

  /** Sends a signal, and waits for the end. */
  async end(name: Deno.Signal): Promise<End> {
    const begin = performance.now();
    this.#child.kill(name);
    const status = await this.#child.status;
    await this.#reading;
    return { status, durationMs: performance.now() - begin };
  }

  /** Waits for the end. */
  async ended(): Promise<Deno.CommandStatus> {
    await this.#reading;
    return await this.#child.status;
  }

  /** Kills it if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#status === undefined) {
      try {
        this.#child.kill("SIGKILL");
      } catch {
        // It has just ended by itself.
      }
    }
    await this.ended();
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.#stderr += text;
    }
  }
}
