/**
 * Clients that have messages scored, and see whether the scores are right.
 *
 * @module
 */

import { mail } from "../../engine/mail.ts";
import {
  type KeptAnswer,
  type KeptConnection,
  postRequest,
} from "../../http/kept_connection.ts";
import { Connections, type Stream } from "./pace.ts";
import { Judge } from "./judge.ts";
import type { Tally } from "./tally.ts";

const CONNECTIONS = 32;
/** Half of the messages come so many at a time. */
const LINES = 20;

const SCANS = Array.from(
  { length: 60 },
  (_, number) =>
    mail(number % 2 ? "ham" : "spam", number, { class: undefined }),
);

/** A request that is sent again and again. */
interface Question {
  bytes: Uint8Array;
  /** Positions of the scans. */
  scans: number[];
}

/** Questions of so many scans each. */
function questionsOf(lines: number): Question[] {
  const type = lines === 1 ? "application/json" : "application/x-ndjson";
  return Array.from({ length: SCANS.length / lines }, (_, i) => {
    const scans = Array.from({ length: lines }, (_, k) => lines * i + k);
    const body = scans.map((at) => JSON.stringify(SCANS[at])).join("\n");
    return { scans, bytes: postRequest("/v1/score", type, body) };
  });
}

/** One line of an answer. */
interface Line {
  results?: { version: number; output: number }[];
  error?: string;
  status?: number;
}

/** Has messages scored at a rate. */
export class Scoring {
  readonly judge: Judge;
  readonly #connections: Connections;
  readonly #tally: () => Tally;

  /** @param tally of the present phase */
  constructor(port: number, tally: () => Tally) {
    this.judge = new Judge(port, SCANS);
    this.#connections = new Connections(port, CONNECTIONS);
    this.#tally = tally;
  }

  /** Single ones and lines, half of the messages each. */
  streams(perSecond: number): Stream[] {
    return [1, LINES].map((lines) => {
      const questions = questionsOf(lines);
      let next = 0;
      return {
        perSecond: perSecond / 2 / lines,
        add: (due) => this.#add(questions[next++ % questions.length], due),
      };
    });
  }

  /** Waits for what is under way. */
  async end(): Promise<void> {
    await this.#connections.end();
    this.judge.end();
  }

  #add(question: Question, due: number): void {
    const tally = this.#tally();
    this.#connections.add({
      due,
      send: (connection) => this.#ask(connection, question, due, tally),
      drop: () => tally.scores.unsent += question.scans.length,
    });
  }

  async #ask(
    connection: KeptConnection,
    { bytes, scans }: Question,
    due: number,
    tally: Tally,
  ): Promise<boolean> {
    const least = this.judge.newest;
    tally.lateness.push(performance.now() - due);
    const answer = await connection.ask(bytes).catch(() => undefined);
    if (!answer) {
      tally.scores.unanswered += scans.length;
      return false;
    }
    tally.latencies.push(performance.now() - due);
    this.#judge(answer, scans, least, tally);
    return true;
  }

  #judge(
    { status, body }: KeptAnswer,
    scans: number[],
    least: number,
    tally: Tally,
  ): void {
    if (status !== 200) {
      const kind = status !== 503
        ? "wrong"
        : body.includes("max_requests")
        ? "overloaded"
        : body.includes("neurald is stopping")
        ? "unanswered"
        : "wrong";
      tally.scores[kind] += scans.length;
      if (kind === "wrong") this.judge.findings.push(`${status} ${body}`);
      return;
    }
    const lines: Line[] = body.trimEnd().split("\n").map((it) =>
      JSON.parse(it)
    );
    for (const [i, scan] of scans.entries()) {
      const results = lines[i]?.results;
      const isRight = results !== undefined && results.length <= 1 &&
        this.judge.isRight(scan, results[0], least);
      tally.scores[isRight ? "right" : "wrong"]++;
    }
  }
}
