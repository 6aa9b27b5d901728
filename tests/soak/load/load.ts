/**
 * The load on a daemon: a thread of clients, and what it tells.
 *
 * @module
 */

import { until } from "../../daemon/until.ts";
import type { Acknowledged, News, Order, Rates, Result } from "./protocol.ts";

/** Longer than the thread takes to end. */
const END_MS = 30_000;

/** Clients in a thread of their own, so that nothing here makes them late. */
export class Load implements AsyncDisposable {
  /** What clients were told of the last learned message; by `Date.now()`. */
  acknowledgedAt = 0;
  /** What they were told of the last that was refused. */
  refusal = { reason: "", sentAt: 0 };
  /** The newest version that has answered. */
  newest = 0;
  /** Whether all versions that answered were compared with their models. */
  isConfirmed = true;
  readonly #worker: Worker;
  readonly #take: (acknowledged: Acknowledged) => void;
  #result?: Result;
  #failure?: string;

  /** @param take is given each message that was acknowledged */
  constructor(
    port: number,
    rates: Rates,
    take: (acknowledged: Acknowledged) => void,
  ) {
    this.#take = take;
    this.#worker = new Worker(new URL("./clients.ts", import.meta.url).href, {
      type: "module",
    });
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#failure = event.message;
    };
    this.#tell({ kind: "start", port, rates });
  }

  /** From now on what happens counts for another phase. */
  begin(phase: string): void {
    this.#tell({ kind: "phase", phase });
  }

  /** Whether a message was learned that was sent after some time. */
  hasLearnedSince(at: number): boolean {
    this.check();
    return this.acknowledgedAt > at;
  }

  /** Why a message was refused that was sent after some time, if one was. */
  refusedSince(at: number): string | undefined {
    this.check();
    return this.refusal.sentAt > at ? this.refusal.reason : undefined;
  }

  /** @throws {Error} when the clients have failed */
  check(): void {
    if (this.#failure !== undefined) throw new Error(this.#failure);
  }

  /** Ends the clients. */
  async stop(): Promise<Result> {
    this.#tell({ kind: "stop" });
    return await until("the clients have ended", () => {
      this.check();
      return this.#result;
    }, END_MS);
  }

  /** Ends the thread. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#worker.terminate();
    return Promise.resolve();
  }

  #tell(order: Order): void {
    this.#worker.postMessage(order);
  }

  #hear(message: News | Result): void {
    if (message.kind === "result") {
      this.#result = message;
      return;
    }
    for (const one of message.acknowledged) {
      this.#take(one);
      this.acknowledgedAt = Math.max(this.acknowledgedAt, one.sentAt);
    }
    this.refusal = message.refused.at(-1) ?? this.refusal;
    this.newest = message.newest;
    this.isConfirmed = message.isConfirmed;
  }
}
