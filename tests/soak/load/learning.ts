/**
 * Clients that teach, and remember what was acknowledged.
 *
 * @module
 */

import { named } from "../../daemon/load.ts";
import {
  type KeptAnswer,
  type KeptConnection,
  postRequest,
} from "../../http/kept_connection.ts";
import { Connections, type Stream } from "./pace.ts";
import type { Acknowledged, Refused } from "./protocol.ts";
import type { Tally } from "./tally.ts";

/** They wait for the store. */
const CONNECTIONS = 96;
/** Half of the messages come so many at a time. */
const LINES = 10;

/** One line of an answer. */
interface Line {
  learned?: boolean;
  error?: string;
  status?: number;
}

/** Teaches at a rate, each message once. */
export class Learning {
  readonly #connections: Connections;
  readonly #tally: () => Tally;
  readonly #findings: string[];
  #acknowledged: Acknowledged[] = [];
  #refused: Refused[] = [];
  #next = 0;

  /**
   * @param tally of the present phase
   * @param findings gets what is wrong
   */
  constructor(port: number, tally: () => Tally, findings: string[]) {
    this.#connections = new Connections(port, CONNECTIONS);
    this.#tally = tally;
    this.#findings = findings;
  }

  /** Single ones and lines, half of the messages each. */
  streams(perSecond: number): Stream[] {
    return [1, LINES].map((lines) => ({
      perSecond: perSecond / 2 / lines,
      add: (due) => this.#add(lines, due),
    }));
  }

  /** What has happened since it was asked last. */
  take(): { acknowledged: Acknowledged[]; refused: Refused[] } {
    const taken = { acknowledged: this.#acknowledged, refused: this.#refused };
    this.#acknowledged = [];
    this.#refused = [];
    return taken;
  }

  /** Waits for what is under way. */
  end(): Promise<void> {
    return this.#connections.end();
  }

  #add(lines: number, due: number): void {
    const tally = this.#tally();
    const numbers = Array.from({ length: lines }, () => this.#next++);
    this.#connections.add({
      due,
      send: (connection) => this.#teach(connection, numbers, tally),
      drop: () => tally.learns.unsent += lines,
    });
  }

  async #teach(
    connection: KeptConnection,
    numbers: number[],
    tally: Tally,
  ): Promise<boolean> {
    const type = numbers.length === 1
      ? "application/json"
      : "application/x-ndjson";
    const body = numbers.map((number) =>
      JSON.stringify({ ...named(number), message_id: `${number}@soak.example` })
    ).join("\n");
    const request = postRequest("/v1/learn", type, body);
    const sentAt = Date.now();
    const answer = await connection.ask(request).catch(() => undefined);
    if (!answer) {
      tally.learns.unanswered += numbers.length;
      return false;
    }
    this.#note(answer, numbers, sentAt, tally);
    return true;
  }

  #note(
    answer: KeptAnswer,
    numbers: number[],
    sentAt: number,
    tally: Tally,
  ): void {
    const lines: Line[] = answer.body.trimEnd().split("\n")
      .map((line) => JSON.parse(line));
    for (const [i, number] of numbers.entries()) {
      // What is refused as a whole has one line.
      const line = lines[i] ?? lines[0];
      const { learned, error: reason, status = answer.status } = line;
      if (learned) {
        this.#acknowledged.push({ number, sentAt });
        tally.learns.acknowledged++;
      } else if (status === 503 && reason?.includes("max_requests")) {
        tally.learns.overloaded++;
      } else if (status === 503 && reason) {
        this.#refused.push({ reason, sentAt });
        tally.learns.refused++;
      } else {
        tally.learns.wrong++;
        this.#findings.push(`${answer.status} ${JSON.stringify(line)}`);
      }
    }
  }
}
