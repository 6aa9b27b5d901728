/**
 * Requests that are sent when they are due, whether or not those before were
 * answered.
 *
 * @module
 */

import { KeptConnection } from "../../http/kept_connection.ts";
import { pause } from "../../daemon/until.ts";

/** How long an answer may take. */
const TIMEOUT_MS = 5000;
/** What is late by more is not sent any more. */
const MOST_LATE_MS = 1000;

/** A request that is to be sent. */
export interface Task {
  /** By `performance.now()`. */
  due: number;
  /** Sends it, and tells whether it was answered; does not reject. */
  send(connection: KeptConnection): Promise<boolean>;
  /** It is not to be sent any more. */
  drop(): void;
}

/** So many connections, for requests of a kind. */
export class Connections {
  readonly #idle: KeptConnection[];
  readonly #waiting: Task[] = [];
  readonly #underWay = new Set<Promise<void>>();

  constructor(port: number, count: number) {
    this.#idle = Array.from(
      { length: count },
      () => new KeptConnection(port, TIMEOUT_MS),
    );
  }

  /** Sends a request as soon as a connection is free. */
  add(task: Task): void {
    this.#waiting.push(task);
    this.#dispatch();
  }

  /** Waits for what is under way; the rest is not sent any more. */
  async end(): Promise<void> {
    for (const task of this.#waiting.splice(0)) task.drop();
    await Promise.all(this.#underWay);
    for (const connection of this.#idle) connection.close();
  }

  #dispatch(): void {
    const oldest = performance.now() - MOST_LATE_MS;
    while (this.#waiting.length > 0 && this.#waiting[0].due < oldest) {
      this.#waiting.shift()!.drop();
    }
    while (this.#waiting.length > 0 && this.#idle.length > 0) {
      this.#send(this.#idle.pop()!, this.#waiting.shift()!);
    }
  }

  #send(connection: KeptConnection, task: Task): void {
    const sending = task.send(connection).then((isAnswered) => {
      // Whoever cut this one off has cut the others off, too.
      if (!isAnswered) { for (const idle of this.#idle) idle.close(); }
      this.#idle.push(connection);
      this.#underWay.delete(sending);
      this.#dispatch();
    });
    this.#underWay.add(sending);
  }
}

/** Requests that come at a rate. */
export interface Stream {
  perSecond: number;
  /** @param due by `performance.now()` */
  add(due: number): void;
}

/** Adds requests when they are due, until it is to end. */
export async function keepPace(
  streams: readonly Stream[],
  hasEnded: () => boolean,
): Promise<void> {
  const start = performance.now();
  const added = streams.map(() => 0);
  while (!hasEnded()) {
    const now = performance.now();
    for (const [i, { perSecond, add }] of streams.entries()) {
      const due = Math.floor((now - start) * perSecond / 1000);
      for (; added[i] < due; added[i]++) {
        add(start + 1000 * added[i] / perSecond);
      }
    }
    await pause(1);
  }
}
