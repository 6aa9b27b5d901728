/**
 * A running rspamd that scans messages.
 *
 * @module
 */

import type { FilterVerdict } from "./verdict.ts";

/** rspamd cannot be asked. The message says why, and at which address. */
export class RspamdError extends Error {
  override name = "RspamdError";

  /** @param mayPass whether it may be otherwise later, with nothing changed */
  constructor(message: string, readonly mayPass: boolean) {
    super(message);
  }
}

/** Longer than any scan takes. */
const TIMEOUT_MS = 30_000;
/** A scan that failed is tried once more, after this. */
const RETRY_AFTER_MS = 500;
/** More than rspamd says of any message. */
const MOST_ANSWER_CHARACTERS = 8 * 2 ** 20;

/** What scans messages. */
export class RspamdClient {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  /**
   * @param url where rspamd scans (`http://HOST:11333`), or its controller
   * @param password of the controller
   */
  constructor(url: string, password?: string) {
    this.#url = url.replace(/\/+$/, "");
    this.#headers = password === undefined ? {} : { password };
  }

  /**
   * Has a message scanned.
   *
   * @param signal ends the wait
   * @returns a text that says why there is none, where rspamd does not scan
   * this message
   * @throws {RspamdError} when rspamd does not answer, or refuses all messages
   */
  async scan(
    message: Uint8Array<ArrayBuffer>,
    signal?: AbortSignal,
  ): Promise<FilterVerdict | string> {
    const response = await this.#post(message, signal).catch(async (error) => {
      if (signal?.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
      return await this.#post(message, signal);
    });
    const { status, text } = response;
    if (status === 401 || status === 403) {
      throw new RspamdError(
        `rspamd at ${this.#url} answered ${status}: it wants a password (--rspamd-password-file), or another one`,
        false,
      );
    }
    const json = parsed(text);
    if (status !== 200 || typeof json.error === "string") {
      const why = String(json.error ?? `status ${status}`).slice(0, 200);
      return `rspamd does not scan it: ${why}`;
    }
    if (json.is_skipped === true) return "rspamd skips it";
    const verdict = verdictIn(json);
    if (verdict) return verdict;
    throw new RspamdError(
      `${this.#url} answered no scan; is it rspamd, and no other server?`,
      false,
    );
  }

  async #post(
    message: Uint8Array<ArrayBuffer>,
    signal?: AbortSignal,
  ): Promise<{ status: number; text: string }> {
    const deadline = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await fetch(`${this.#url}/checkv2`, {
        method: "POST",
        body: message,
        headers: this.#headers,
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      });
      const text = await response.text();
      if (text.length > MOST_ANSWER_CHARACTERS) {
        throw new Error("its answer is too long");
      }
      return { status: response.status, text };
    } catch (error) {
      throw new RspamdError(
        `no rspamd answers at ${this.#url} (${(error as Error).message})`,
        true,
      );
    }
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    const json = JSON.parse(text);
    return typeof json === "object" && json !== null ? json : {};
  } catch {
    return {};
  }
}

/** What is needed of rspamd's answer, unless it is something else. */
function verdictIn(json: Record<string, unknown>): FilterVerdict | undefined {
  const { symbols, score, required_score, action } = json;
  if (typeof symbols !== "object" || symbols === null) return undefined;
  const entries = Object.entries(symbols).flatMap(
    ([name, found]): [string, [number, number]][] => {
      const { score, metric_score: weight } = found ?? {};
      if (typeof score !== "number") return [];
      return [[name, [score, typeof weight === "number" ? weight : score]]];
    },
  );
  return {
    symbols: Object.fromEntries(entries),
    score: typeof score === "number" ? score : undefined,
    required_score: typeof required_score === "number"
      ? required_score
      : undefined,
    action: typeof action === "string" ? action : undefined,
  };
}
