/**
 * Clients that learn without a break, and remember what was acknowledged.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { pause } from "./until.ts";
import { type LabelledMail, mail } from "../engine/mail.ts";
import { type KeptSample, numberOf } from "../faults/numbers.ts";

/** How many clients there are. */
const CLIENTS = 4;
/** What each waits for after an answer, so that the store does not burst. */
const PAUSE_MS = 20;
/** Every so many requests has as many scans, one in each line. */
const LINES_EVERY = 5;
const LINES = 10;

/**
 * A configuration by which there is always a training under way, and no
 * sample ever has to make room.
 */
export const BUSY = `
watch_interval = 50ms;
max_profiles = 1000;
train { max_trains = 30; max_usages = 1000; max_iterations = 20; }
profile { default = [BAYES_SPAM, FUZZY_DENIED, BAYES_HAM, R_DKIM_ALLOW, MIME_HTML_ONLY]; }
`;

/** A message that only it has the symbol of. */
export function named(number: number): LabelledMail {
  const scan = mail(number % 2 ? "ham" : "spam", number);
  return { ...scan, symbols: { ...scan.symbols, [`ID_${number}`]: [1, 1] } };
}

/** The samples in a SQLite file, by the numbers of their messages. */
export function samplesInFile(path: string): Map<number, KeptSample> {
  using database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare("SELECT id, is_spam, features FROM samples");
  const kept = new Map<number, KeptSample>();
  for (const { id, is_spam, features } of rows.iterate()) {
    const number = numberOf(features as Uint8Array);
    if (number === undefined) continue;
    kept.set(number, { id: Number(id), isSpam: is_spam === 1 });
  }
  return kept;
}

/** The numbers of the messages in a SQLite file. */
export function numbersIn(path: string): Set<number> {
  return new Set(samplesInFile(path).keys());
}

/** Clients of one daemon, until it is gone or they are stopped. */
export class Load {
  /** The numbers of messages that the daemon says it has learned. */
  readonly acknowledged = new Set<number>();
  readonly #url: string;
  readonly #clients: Promise<void>[];
  readonly #stopped = new AbortController();
  #next: number;

  /** @param first the number of the first message */
  constructor(url: string, first = 0) {
    this.#url = url;
    this.#next = first;
    this.#clients = Array.from({ length: CLIENTS }, () => this.#learn());
  }

  /** The number that no message has had yet. */
  get next(): number {
    return this.#next;
  }

  /** Ends them, and waits for that. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#clients);
  }

  /** Fails unless a store has everything that was acknowledged. */
  checkKept(path: string): void {
    const lost = this.acknowledged.difference(numbersIn(path));
    assertEquals([...lost], []);
  }

  async #learn(): Promise<void> {
    try {
      for (let i = 1; !this.#stopped.signal.aborted; i++) {
        await this.#send(i % LINES_EVERY === 0 ? LINES : 1);
        await pause(PAUSE_MS);
      }
    } catch {
      // The daemon is gone: what it has not answered does not count.
    }
  }

  async #send(count: number): Promise<void> {
    const numbers = Array.from({ length: count }, () => this.#next++);
    const response = await fetch(`${this.#url}/v1/learn`, {
      method: "POST",
      body: numbers.map((number) => JSON.stringify(named(number))).join("\n"),
      headers: { "content-type": "application/x-ndjson" },
      signal: this.#stopped.signal,
    });
    const lines = (await response.text()).trimEnd().split("\n");
    for (const [i, line] of lines.entries()) {
      if (JSON.parse(line).learned) this.acknowledged.add(numbers[i]);
    }
  }
}
