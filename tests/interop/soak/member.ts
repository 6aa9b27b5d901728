/**
 * One neurald of several that share a Redis.
 *
 * @module
 */

import { assert } from "@std/assert";
import { DaemonProcess, type ServeOptions } from "../../daemon/process.ts";

/** How long a request may take; processors are few and busy. */
const REQUEST_TIMEOUT_MS = 10_000;

/** A neurald that ends, and is started again, as a supervisor would. */
export class Member {
  readonly #options: ServeOptions;
  #daemon?: DaemonProcess;
  /** Goes on with each thing that is done to it. */
  #changes = 0;
  #isRunning = false;

  constructor(options: ServeOptions) {
    this.#options = options;
  }

  /** Whether it is ready, and neither paused nor being killed. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Of its process, as the system knows it. */
  get pid(): number | undefined {
    return this.#daemon?.pid;
  }

  /** What its present process has logged. */
  get log(): string {
    return this.#daemon?.stderr ?? "";
  }

  /** Goes on with each thing that is done to it. */
  get changes(): number {
    return this.#changes;
  }

  /** Starts a process, and waits until it is ready. */
  async start(): Promise<void> {
    this.#daemon = await DaemonProcess.start(this.#options);
    this.#change(true);
  }

  /** Ends its process. */
  async end(signal: Deno.Signal): Promise<void> {
    this.#change(false);
    await this.#daemon?.end(signal);
    this.#daemon = undefined;
  }

  /** Keeps it from doing anything. */
  pause(): void {
    this.#change(false);
    this.#daemon!.signal("SIGSTOP");
  }

  /** Lets it go on where it was. */
  resume(): void {
    this.#daemon!.signal("SIGCONT");
    this.#change(true);
  }

  /**
   * Sends JSON, or JSON Lines, and gives what was answered; nothing when
   * something was done to it meanwhile.
   *
   * @throws {Error} when it does not answer though nothing was done to it
   */
  async post(path: string, ...lines: unknown[]): Promise<Response | undefined> {
    const { changes } = this;
    if (!this.#isRunning) return undefined;
    try {
      const response = await fetch(this.#daemon!.url + path, {
        method: "POST",
        headers: { "content-type": "application/x-ndjson" },
        body: lines.map((line) => JSON.stringify(line)).join("\n"),
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      const body = await response.text();
      // What it answered before its end, it has answered.
      return new Response(body, { status: response.status });
    } catch (error) {
      assert(changes !== this.#changes, `${path}: ${error}\n${this.log}`);
      return undefined;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#change(false);
    await this.#daemon?.[Symbol.asyncDispose]();
  }

  #change(isRunning: boolean): void {
    this.#changes++;
    this.#isRunning = isRunning;
  }
}
