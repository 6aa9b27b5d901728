/**
 * The guards that are registered, and how they are asked.
 *
 * @module
 */

import type { MailClass } from "../../features/mail_class.ts";
import type { Scan } from "../../features/scan.ts";
import { Gate } from "./gate.ts";
import type {
  Guard,
  GuardAnswer,
  GuardContext,
  GuardOptions,
  GuardStatus,
} from "./guard.ts";

/** How long an answer may take unless said otherwise. */
const DEFAULT_TIMEOUT_SECONDS = 1;

/** Timers cannot be set for longer. */
const MAX_TIMEOUT_SECONDS = 2 ** 31 / 1000 - 1;

/** How many answers of one guard are awaited at a time. */
const MOST_ASKED = 32;

/** How many questions to one guard wait: a few requests of many lines. */
const MOST_WAITING = 10_000;

/** Told when a guard gives no answer. */
export type GuardFailed = (name: string, error: Error, failed: number) => void;

/** What became of the answers of a guard so far. */
export type GuardCounts = {
  -readonly [Name in keyof Omit<GuardStatus, "name" | "priority">]:
    GuardStatus[Name];
};

/** Those of a guard that was not asked yet. */
export function newGuardCounts(): GuardCounts {
  return { asked: 0, refused: 0, failed: 0, last_error: undefined };
}

/** Guards by name. */
export class Guards {
  readonly #byName = new Map<string, RegisteredGuard>();

  /**
   * Adds a guard.
   *
   * @param counts where its answers go on to be counted; from 0 unless given
   * @returns its name
   * @throws {TypeError} when there is one of that name, or an option is wrong
   */
  register(
    name: string,
    guard: Guard,
    options: GuardOptions = {},
    counts?: GuardCounts,
  ): string {
    if (this.#byName.has(name)) {
      throw new TypeError(
        `there is a guard ${JSON.stringify(name)} already; unregister it first`,
      );
    }
    const registered = new RegisteredGuard(name, guard, options, counts);
    this.#byName.set(name, registered);
    return name;
  }

  /**
   * Removes a guard.
   *
   * @returns whether there was one of that name
   */
  unregister(name: string): boolean {
    return this.#byName.delete(name);
  }

  /** All of them, in the order in which they were registered. */
  list(): RegisteredGuard[] {
    return [...this.#byName.values()];
  }
}

/** Guards in the order in which they are asked; of equal priority as given. */
export function inOrderOfPriority(
  guards: readonly RegisteredGuard[],
): RegisteredGuard[] {
  return guards.toSorted((a, b) => b.priority - a.priority);
}

/**
 * Asks guards one after the other, up to the first refusal.
 *
 * @param guards by priority
 * @returns why the scan must not be learned, if it must not
 */
export async function askGuards(
  guards: readonly RegisteredGuard[],
  scan: Scan,
  mailClass: MailClass,
  context: GuardContext,
  onFailure?: GuardFailed,
): Promise<string | undefined> {
  for (const guard of guards) {
    const refusal = await guard.ask(scan, mailClass, context, onFailure);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** A guard under its name. */
export class RegisteredGuard {
  /** As it was registered, or stands in the configuration. */
  readonly name: string;
  /** Those with higher ones are asked before. */
  readonly priority: number;
  readonly #guard: Guard;
  readonly #timeoutSeconds: number;
  readonly #allowsOnError: boolean;
  readonly #gate = new Gate(MOST_ASKED, MOST_WAITING);
  readonly #counts: GuardCounts;

  /**
   * Takes a guard.
   *
   * @throws {TypeError} when an option is wrong
   */
  constructor(
    name: string,
    guard: Guard,
    options: GuardOptions,
    counts: GuardCounts = newGuardCounts(),
  ) {
    const { priority = 0, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = options;
    if (typeof guard !== "function") {
      throw new TypeError(`guard ${name}: a function is needed`);
    }
    if (!Number.isFinite(priority)) {
      throw new TypeError(`guard ${name}: the priority is not a number`);
    }
    if (!(timeoutSeconds > 0 && timeoutSeconds <= MAX_TIMEOUT_SECONDS)) {
      throw new TypeError(`guard ${name}: the timeout is not above 0 seconds`);
    }
    this.name = name;
    this.priority = priority;
    this.#guard = guard;
    this.#timeoutSeconds = timeoutSeconds;
    this.#allowsOnError = options.onError === "allow";
    this.#counts = counts;
  }

  /** What became of its answers so far. */
  get status(): GuardStatus {
    return {
      name: this.name,
      priority: this.priority,
      ...this.#counts,
    };
  }

  /**
   * Asks it. Never rejects.
   *
   * @returns why the scan must not be learned, if it must not
   */
  async ask(
    scan: Scan,
    mailClass: MailClass,
    context: GuardContext,
    onFailure?: GuardFailed,
  ): Promise<string | undefined> {
    const counts = this.#counts;
    counts.asked++;
    try {
      const answer = await this.#gate.run(() =>
        this.#answer(scan, mailClass, context)
      );
      if (answer === true) return undefined;
      counts.refused++;
      return typeof answer === "string" && answer !== "" ? answer : this.name;
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      counts.failed++;
      counts.last_error = failure.message;
      onFailure?.(this.name, failure, counts.failed);
      return this.#allowsOnError
        ? undefined
        : `${this.name} gave no answer: ${failure.message}`;
    }
  }

  /** @throws {Error} when there is none in time */
  async #answer(
    scan: Scan,
    mailClass: MailClass,
    context: GuardContext,
  ): Promise<GuardAnswer> {
    const controller = new AbortController();
    const { signal } = controller;
    const answer = this.#guard(scan, mailClass, context, signal);
    if (typeof answer !== "object") return answer;
    const seconds = this.#timeoutSeconds;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const error = new Error(`it took longer than ${seconds} s`);
      late.reject(error);
      controller.abort(error);
    }, 1000 * seconds);
    try {
      return await Promise.race([answer, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}
