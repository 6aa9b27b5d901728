/**
 * `neurald learn` on folders of mail, with a place of its own for what it
 * keeps.
 *
 * @module
 */

import type { MailClass } from "../../../lib/features/mail_class.ts";
import { type Found, messageText, rspamdHeader } from "../../mail/milter.ts";
import { until } from "../../daemon/until.ts";
import { command, neurald, type Outcome } from "../neurald.ts";

/** What the summary says, for programs. */
export interface Summary {
  learned: { spam: number; ham: number };
  corrected: { spam: number; ham: number };
  known: number;
  alike: number;
  duplicates: number;
  contradictory: number;
  unusable: { reason: string; messages: number; places: string[] }[];
}

/** Where a command under test keeps what was learned. */
export function environment(folder: string): Record<string, string> {
  return { XDG_STATE_HOME: `${folder}/state` };
}

/** Teaches folders by the command. */
export function learn(folder: string, ...args: string[]): Promise<Outcome> {
  return neurald(["learn", ...args], { env: environment(folder) });
}

/** The same, where it has to go well. */
export async function summaryOf(
  folder: string,
  ...args: string[]
): Promise<Summary> {
  const { code, stdout, stderr } = await learn(folder, "--json", ...args);
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

/** A message in which rspamd found what it finds in such; each is unlike. */
export function filtered(mailClass: MailClass, number: number): string {
  const symbols: Found[] = [
    [mailClass === "spam" ? "BAYES_SPAM" : "BAYES_HAM", 3],
    ...[...number.toString(2)].flatMap((bit, i): Found[] =>
      bit === "1" ? [[`BIT_${i}_OF_${number.toString(2).length}`, 0.1]] : []
    ),
  ];
  return messageText({
    headers: [rspamdHeader(symbols)],
    id: `${mailClass}.${number}@example.com`,
    body: `This is ${mailClass} ${number}.\n`,
  });
}

/** A command that goes on until it is ended. */
export class Following implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<unknown>;
  /** What it has said so far. */
  stdout = "";
  stderr = "";
  #hasEnded = false;

  /** Starts it. */
  constructor(folder: string, ...args: string[]) {
    this.#child = command(["learn", ...args], {
      env: environment(folder),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#child.status.then(() => this.#hasEnded = true);
    this.#reading = Promise.all([
      read(this.#child.stdout, (text) => this.stdout += text),
      read(this.#child.stderr, (text) => this.stderr += text),
    ]);
  }

  /** Waits until it has said something on standard output. */
  async said(text: string): Promise<void> {
    await until(`it says ${JSON.stringify(text)}`, () => {
      if (!this.#hasEnded) return this.stdout.includes(text);
      throw new Error(`it has ended: ${this.stdout}${this.stderr}`);
    });
  }

  /** Waits until it has said something on standard error. */
  async noted(text: string): Promise<void> {
    await until(
      `it notes ${JSON.stringify(text)}`,
      () => this.stderr.includes(text),
    );
  }

  /** Ends it, and gives its exit code. */
  async end(signal: Deno.Signal): Promise<number> {
    this.#child.kill(signal);
    const { code } = await this.#child.status;
    await this.#reading;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded) this.#child.kill("SIGKILL");
    await this.#reading;
    await this.#child.status;
  }
}

async function read(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  add: (text: string) => void,
): Promise<void> {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    add(text);
  }
}
