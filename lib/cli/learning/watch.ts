/**
 * Following folders: what comes into one is taught.
 *
 * @module
 */

import { RspamdError } from "../../mail/rspamd_client.ts";
import { ClientError } from "../client.ts";
import { UsageError } from "../usage_error.ts";
import { FolderEvents } from "./folder_events.ts";
import { filesOf, type LabelledFile, type Source } from "../folders/sources.ts";
import { Tally } from "./tally.ts";
import type { Teacher } from "./teacher.ts";

/** How often it is looked where no event tells, at least. */
const LOOK_EVERY_MS = 2000;
/** The more there is to look at, the more seldom: a twentieth of the time. */
const LOOK_AT_MOST = 1 / 20;
/** Events come in swarms. */
const SETTLE_MS = 50;
/** First and longest wait for whoever does not answer. */
const RETRY_MS = { first: 1000, most: 60_000 };

/** What is told while folders are followed. */
export interface WatchReport {
  /** Something was taught, or could not be. */
  taught(tally: Tally): void;
  /** Something is wrong, or no longer. */
  note(line: string): void;
}

/** A source, and what was in it when it was looked at last. */
interface Followed {
  source: Source;
  events: FolderEvents;
  /** Keys of its files. */
  present: Set<string>;
  isMissing: boolean;
}

/** What is new in a source. */
interface News {
  followed: Followed;
  files: LabelledFile[];
  /** Keys of all its files. */
  keys: Set<string>;
}

/** Follows folders. */
export class Watch implements Disposable {
  readonly #teacher: Teacher;
  readonly #report: WatchReport;
  readonly #stopped: AbortSignal;
  readonly #followed: Followed[];
  #wake = () => {};
  #hasEvents = false;

  /**
   * Begins to notice events.
   *
   * @param stopped ends it
   */
  constructor(
    sources: readonly Source[],
    teacher: Teacher,
    report: WatchReport,
    stopped: AbortSignal,
  ) {
    this.#teacher = teacher;
    this.#report = report;
    this.#stopped = stopped;
    const onEvent = () => {
      this.#hasEvents = true;
      this.#wake();
    };
    this.#followed = sources.map((source) => ({
      source,
      events: new FolderEvents(source.path, onEvent),
      present: new Set(),
      isMissing: false,
    }));
    stopped.addEventListener("abort", () => this.#wake());
  }

  /**
   * Teaches what is there, and then what comes, until it is stopped.
   *
   * @param onFile called after each file, with how many there are to teach
   */
  async run(onFile: (done: number, total: number) => void): Promise<void> {
    let retryMs = 0;
    while (!this.#stopped.aborted) {
      this.#hasEvents = false;
      const begin = performance.now();
      const news = await Promise.all(
        this.#followed.map((followed) => this.#look(followed)),
      );
      const lookMs = performance.now() - begin;
      try {
        await this.#teach(news, onFile);
        if (retryMs > 0) this.#report.note("it answers again");
        retryMs = 0;
        await this.#wait(Math.max(LOOK_EVERY_MS, lookMs / LOOK_AT_MOST));
      } catch (error) {
        if (!isPassing(error) || this.#stopped.aborted) throw error;
        if (retryMs === 0) {
          this.#report.note(
            `${error.message}; it is tried again until it answers`,
          );
        }
        retryMs = Math.min(RETRY_MS.most, 2 * retryMs || RETRY_MS.first);
        await this.#pause(retryMs);
      }
    }
  }

  /** Notices no more events. */
  [Symbol.dispose](): void {
    for (const { events } of this.#followed) events[Symbol.dispose]();
  }

  /** Finds what is new. A folder that is not there has nothing new. */
  async #look(followed: Followed): Promise<News> {
    const { source, present, events } = followed;
    await events.renew();
    try {
      const all = await filesOf(source);
      if (followed.isMissing) {
        this.#report.note(`${source.path} is back`);
        followed.isMissing = false;
      }
      const files = all.filter(({ key }) => !present.has(key));
      return { followed, files, keys: new Set(all.map(({ key }) => key)) };
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (!followed.isMissing) {
        this.#report.note(`${error.message}; it is followed when it is back`);
        followed.isMissing = true;
      }
      return { followed, files: [], keys: present };
    }
  }

  async #teach(
    news: readonly News[],
    onFile: (done: number, total: number) => void,
  ): Promise<void> {
    const files = news.flatMap(({ files }) => files);
    const tally = new Tally();
    let done = 0;
    const onEach = () => onFile(++done, files.length);
    try {
      if (files.length > 0) await this.#teacher.teach(files, tally, onEach);
    } catch (error) {
      // The rest is told when it is tried again.
      if (tally.hasLearned) this.#report.taught(tally);
      throw error;
    }
    if (tally.messages > 0) this.#report.taught(tally);
    // What was not taught is new the next time, too.
    if (this.#stopped.aborted) return;
    for (const { followed, keys } of news) followed.present = keys;
  }

  /** Waits for an event, or so long. */
  async #wait(ms: number): Promise<void> {
    if (!this.#hasEvents) await this.#pause(ms, true);
    if (this.#hasEvents) await this.#pause(SETTLE_MS);
  }

  /** Lets time pass, but not after it is stopped. */
  #pause(ms: number, endsByEvent = false): Promise<void> {
    return new Promise((resolve) => {
      if (this.#stopped.aborted) return resolve();
      const timer = setTimeout(end, ms);
      function end() {
        clearTimeout(timer);
        resolve();
      }
      this.#wake = () => {
        if (endsByEvent || this.#stopped.aborted) end();
      };
    });
  }
}

/** Whether somebody who is away may come back. */
function isPassing(error: unknown): error is Error {
  return (error instanceof ClientError || error instanceof RspamdError) &&
    error.mayPass;
}
