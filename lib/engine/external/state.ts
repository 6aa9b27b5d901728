/**
 * What became of the external model of a rule so far.
 *
 * @module
 */

import type { Log } from "../../log/log.ts";
import type { ExternalFailure, ExternalFailureKind } from "./failure.ts";

/** What the status says of an external model. */
export interface ExternalStatus {
  /** Where it is, without secrets. */
  url: string;
  /** `failing`: what there was before goes on answering. */
  state: "unchecked" | "current" | "failing";
  /** What is wrong, apart from its particulars. */
  failure?: ExternalFailureKind;
  /** What is wrong. */
  reason?: string;
  /** Unix time in seconds of the last check. */
  checked_at?: number;
  /** Unix time in seconds of the last check that found nothing wrong. */
  succeeded_at?: number;
  /** Unix time in seconds of the next check. */
  next_check_at?: number;
}

/** The least time after which it is tried again, where that may help. */
const LEAST_RETRY_SECONDS = 30;
/** Checks come later by up to this share, so that hosts do not come at once. */
const JITTER = 0.1;

/** Notes how checks end, and tells when the next one is due. */
export class ExternalState {
  readonly status: ExternalStatus;
  readonly #log: Log;
  readonly #rule: string;
  /** Failures in a row that may pass. */
  #failures = 0;

  /** @param url without secrets */
  constructor(rule: string, url: string, log: Log) {
    this.#rule = rule;
    this.#log = log;
    this.status = { url, state: "unchecked" };
  }

  /** Notes that all is well. */
  succeed(now: number): void {
    const { status } = this;
    if (status.state === "failing") {
      this.#log.info("the external model can be had again", this.#fields());
    }
    this.#failures = 0;
    status.state = "current";
    status.failure = status.reason = undefined;
    status.checked_at = status.succeeded_at = now;
  }

  /** Notes that something is wrong; it is told when it was not before. */
  fail({ kind, reason, isPassing }: ExternalFailure, now: number): void {
    const { status } = this;
    this.#failures = isPassing ? this.#failures + 1 : 0;
    status.checked_at = now;
    // The others that share the store will be done in a moment.
    if (kind === "busy") return;
    const isNew = status.failure !== kind;
    status.state = "failing";
    status.failure = kind;
    status.reason = reason;
    if (!isNew) return;
    this.#log.warn(
      "the external model is not taken, and what there was before stays",
      { ...this.#fields(), reason },
    );
  }

  /**
   * Seconds until the next check: the interval, or less where trying again may
   * help, twice as long each time.
   *
   * @param random in [0, 1)
   */
  untilNext(intervalSeconds: number, now: number, random: number): number {
    const retry = LEAST_RETRY_SECONDS * 2 ** (this.#failures - 1);
    const seconds = this.#failures === 0
      ? intervalSeconds
      : Math.min(intervalSeconds, retry);
    const wait = seconds * (1 + JITTER * random);
    this.status.next_check_at = now + wait;
    return wait;
  }

  #fields(): { rule: string; url: string } {
    return { rule: this.#rule, url: this.status.url };
  }
}
