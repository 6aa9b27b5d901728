/**
 * Teaching messages to a running neurald.
 *
 * @module
 */

import type { MailClass } from "../../features/mail_class.ts";
import { findVerdict, type MailFilter } from "../../mail/find_verdict.ts";
import {
  type MailMessage,
  MOST_MESSAGE_BYTES,
  type UnusableMessage,
} from "../../mail/message.ts";
import type { RspamdClient } from "../../mail/rspamd_client.ts";
import type { FilterVerdict } from "../../mail/verdict.ts";
import { type Client, ClientError } from "../client.ts";
import type { LabelledFile } from "../folders/sources.ts";
import { DigestClasses } from "./digest_classes.ts";
import { messagesIn } from "../folders/messages.ts";
import type { Tally } from "./tally.ts";
import type { Taught } from "./taught.ts";

/** Messages that are sent in one request. */
const BATCH = 500;
/** Messages that rspamd scans at a time. */
const SCANS_AT_A_TIME = 4;

/** Who is taught, and how. */
export interface TeacherOptions {
  /** Absent where nothing is to be sent. */
  client?: Client;
  /** Path and query of the request. */
  url: string;
  taught: Taught;
  /** Scans messages; their headers are not looked at then. */
  rspamd?: RspamdClient;
  /** The only filter whose headers count. */
  filter?: MailFilter;
  /** No further message is begun when it is aborted. */
  stopped: AbortSignal;
}

/** A message to teach. */
interface Lesson {
  message: Pick<MailMessage, "place" | "messageId" | "digests">;
  class: MailClass;
  verdict: FilterVerdict;
}

/** A message whose verdict is on its way. */
type Awaited = Omit<Lesson, "verdict"> & {
  verdict: Promise<FilterVerdict | string>;
};

/** What a line of `/v1/learn` answers. */
interface Answer {
  learned?: boolean;
  reason?: string;
  error?: string;
  status?: number;
  results?: { outcome?: string }[];
}

/** Teaches the messages of files. */
export class Teacher {
  readonly #options: TeacherOptions;

  constructor(options: TeacherOptions) {
    this.#options = options;
  }

  /**
   * Teaches files, and notes what became of their messages. What was taught is
   * kept batch by batch.
   *
   * @param onFile called after each file
   * @throws {ClientError} when neurald does not answer
   * @throws {import("../../mail/rspamd_client.ts").RspamdError} when rspamd
   * does not
   */
  async teach(
    files: Iterable<LabelledFile>,
    tally: Tally,
    onFile: () => void = () => {},
  ): Promise<void> {
    const run = new Run(this.#options, tally);
    const { rspamd, stopped } = this.#options;
    const wanted = rspamd ? "whole" : "head";
    for await (
      const { file, message } of messagesIn(files, wanted, onFile)
    ) {
      await run.take(message, file.class);
      if (stopped.aborted) break;
    }
    await run.finish();
  }
}

/** The messages of some files, from the first to the last. */
class Run {
  readonly #options: TeacherOptions;
  readonly #tally: Tally;
  /** What the messages of this run are. */
  readonly #seen = new DigestClasses();
  #awaited: Awaited[] = [];
  #batch: Lesson[] = [];

  constructor(options: TeacherOptions, tally: Tally) {
    this.#options = options;
    this.#tally = tally;
  }

  /** Takes a message, and sends a batch if it is full. */
  async take(
    message: MailMessage | UnusableMessage,
    mailClass: MailClass,
  ): Promise<void> {
    if ("unusable" in message) {
      return this.#tally.unusable.add(message.place, message.unusable);
    }
    const verdict = this.#findVerdict(message);
    if (typeof verdict === "string") {
      return this.#tally.unusable.add(message.place, verdict);
    }
    if (!this.#isWanted(message, mailClass)) return;
    const { place, messageId, digests } = message;
    this.#awaited.push({
      message: { place, messageId, digests },
      class: mailClass,
      verdict: verdict ?? this.#scan(message),
    });
    if (this.#awaited.length >= SCANS_AT_A_TIME) await this.#takeVerdict();
  }

  /** Sends what is left. */
  async finish(): Promise<void> {
    while (this.#awaited.length > 0) await this.#takeVerdict();
    if (this.#batch.length > 0) await this.#send();
  }

  /** Nothing where rspamd is to be asked. */
  #findVerdict(
    message: MailMessage,
  ): Promise<FilterVerdict> | string | undefined {
    const { rspamd, filter } = this.#options;
    if (!rspamd) {
      const verdict = findVerdict(message.headers, filter);
      return typeof verdict === "string" ? verdict : Promise.resolve(verdict);
    }
    return message.size > MOST_MESSAGE_BYTES
      ? `it is longer than ${MOST_MESSAGE_BYTES} bytes`
      : undefined;
  }

  #scan({ bytes }: MailMessage): Promise<FilterVerdict | string> {
    const { rspamd, stopped } = this.#options;
    const verdict = rspamd!.scan(bytes, stopped);
    // Whether it failed is asked when it is its turn.
    verdict.catch(() => {});
    return verdict;
  }

  /** Whether it is to be taught. Counts it if it is not. */
  #isWanted({ digests }: MailMessage, mailClass: MailClass): boolean {
    const seen = this.#seen.get(digests);
    if (seen !== undefined) {
      if (seen === mailClass) this.#tally.duplicates++;
      else this.#tally.contradictory++;
      return false;
    }
    this.#seen.set(digests, mailClass);
    if (this.#options.taught.classOf(digests) !== mailClass) return true;
    this.#tally.known++;
    return false;
  }

  async #takeVerdict(): Promise<void> {
    const { message, class: mailClass, verdict } = this.#awaited.shift()!;
    const scan = await verdict;
    if (typeof scan === "string") {
      return this.#tally.unusable.add(message.place, scan);
    }
    this.#batch.push({ message, class: mailClass, verdict: scan });
    if (this.#batch.length === BATCH) await this.#send();
  }

  async #send(): Promise<void> {
    const { client, url, taught } = this.#options;
    const batch = this.#batch;
    this.#batch = [];
    if (!client) {
      for (const lesson of batch) this.#tally.learned[lesson.class]++;
      return;
    }
    const answers = await client.sendLines<Answer>(url, batch.map(lineOf));
    try {
      for (const [i, lesson] of batch.entries()) {
        const answer = answers[i];
        if (!answer || (answer.status ?? 0) >= 500) {
          throw new ClientError(
            `neurald learned only a part: ${(answer ?? answers.at(-1))?.error}`,
          );
        }
        this.#count(lesson, answer);
      }
    } finally {
      taught.save();
    }
  }

  #count({ message, class: mailClass }: Lesson, answer: Answer): void {
    const { place, digests } = message;
    const outcomes = (answer.results ?? []).map(({ outcome }) => outcome);
    if (!answer.learned && !outcomes.includes("known")) {
      const reason = answer.reason ?? answer.error ?? "without a reason";
      return this.#tally.unusable.add(place, `not learned: ${reason}`);
    }
    const { taught } = this.#options;
    const before = taught.classOf(digests);
    taught.note(digests, mailClass);
    const isMoved = outcomes.includes("moved") ||
      before !== undefined && before !== mailClass;
    if (!isMoved && outcomes.length > 0 && outcomes.every(isKnown)) {
      this.#tally.alike++;
      return;
    }
    this.#tally.learned[mailClass]++;
    if (isMoved) this.#tally.corrected[mailClass]++;
  }
}

function isKnown(outcome: string | undefined): boolean {
  return outcome === "known";
}

function lineOf({ message, class: mailClass, verdict }: Lesson): string {
  return JSON.stringify({
    class: mailClass,
    source: "folder",
    message_id: message.messageId,
    ...verdict,
  });
}
