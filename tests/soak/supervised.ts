/**
 * A daemon that is started again when it ends, as systemd does.
 *
 * @module
 */

import { assert } from "@std/assert";
import { DaemonProcess, type ServeOptions } from "../daemon/process.ts";
import { KeptConnection, postRequest } from "../http/kept_connection.ts";
import { pause } from "../daemon/until.ts";

/** systemd's `RestartSec`. */
const RESTART_MS = 100;
/** How long a new connection may take to be answered. */
const ACCEPT_MS = 1000;
/** How long `/readyz` may take. */
const READINESS_MS = 15_000;

/** What `/readyz` answers. */
export interface Readiness {
  ready: boolean;
  reason?: string;
}

/** A daemon on one port for all of its processes. */
export class Supervised implements AsyncDisposable {
  /** What processes that ended by themselves said at last. */
  readonly ends: string[] = [];
  readonly options: ServeOptions;
  readonly port: number;
  #process?: DaemonProcess;
  #isStopped = false;
  /** What processes have logged that have ended. */
  #before = "";
  /** Follows the present process. */
  #following: Promise<void> = Promise.resolve();

  constructor(options: Omit<ServeOptions, "listen">, port: number) {
    this.options = { ...options, listen: `127.0.0.1:${port}` };
    this.port = port;
  }

  /** Of the present process, if it runs. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** What its processes have logged. */
  get log(): string {
    return this.#before + (this.#process?.stderr ?? "");
  }

  /** Starts it, and waits until it is ready. */
  async start(): Promise<void> {
    this.#isStopped = false;
    await this.#launch();
  }

  /** Ends it, and does not start it again. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const process = this.#process;
    await process?.end("SIGTERM");
    await this.#following;
  }

  /** Has it read its configuration again. */
  reload(): void {
    assert(this.#process, "it does not run");
    this.#process.signal("SIGHUP");
  }

  /** What `/readyz` answers; nothing when there is no answer. */
  async readiness(): Promise<Readiness | undefined> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.port}/readyz`, {
        signal: AbortSignal.timeout(READINESS_MS),
      });
      const readiness: Readiness = await response.json();
      assert(readiness.ready === (response.status === 200));
      return readiness;
    } catch (error) {
      if (error instanceof TypeError || error instanceof DOMException) return;
      throw error;
    }
  }

  /** Whether a new connection is answered. */
  async accepts(): Promise<boolean> {
    const connection = new KeptConnection(this.port, ACCEPT_MS);
    try {
      const request = postRequest("/healthz", "text/plain", "");
      return await connection.ask(request) !== undefined;
    } catch {
      return false;
    } finally {
      connection.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    await this.#process?.[Symbol.asyncDispose]();
    await this.#following.catch(() => {});
  }

  async #launch(): Promise<void> {
    const process = await DaemonProcess.start(this.options);
    this.#process = process;
    this.#following = this.#follow(process);
    // Whoever stops it is told.
    this.#following.catch(() => {});
    if (this.#isStopped) await process[Symbol.asyncDispose]();
  }

  async #follow(process: DaemonProcess): Promise<void> {
    const { code, signal } = await process.ended();
    this.#before += process.stderr;
    this.#process = undefined;
    if (this.#isStopped) return;
    const lines = process.stderr.trimEnd().split("\n");
    const why = lines.findLast((line) => / error |panicked at/.test(line));
    this.ends.push(`${signal ?? code}: ${why ?? lines.at(-1)}`);
    await pause(RESTART_MS);
    if (!this.#isStopped) await this.#launch();
  }
}
