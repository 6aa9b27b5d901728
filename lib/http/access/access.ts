/**
 * Who may do what.
 *
 * @module
 */

import type { Access } from "../../config/token_option.ts";
import type { Log } from "../../log/log.ts";
import { tokenIn } from "./credentials.ts";
import { FailedTokens } from "./failed_tokens.ts";
import { RequestError } from "../failure.ts";
import { networkOf } from "./peer.ts";
import type { TokenFailure } from "../request_figures.ts";
import { CrowdedError, TokenBook, type Tokens } from "./token_book.ts";

/** What a request needs: a token that allows it, or none. */
export type Needed = Access | "nothing";

/** Routes that the rule does not fit: methods, and what they need. */
const EXCEPTIONS: Readonly<Record<string, Needed>> = {
  "GET /healthz": "nothing",
  "POST /v1/score": "read",
  "POST /explain": "read",
  // As in rspamd, a GET that changes things.
  "GET /plugins/neural/train": "write",
};

/** What a route needs: a GET reads, and all else writes, but for a few. */
export function neededFor(method: string, path: string): Needed {
  return EXCEPTIONS[`${method} ${path}`] ??
    (method === "GET" ? "read" : "write");
}

/** Lets in who has a token. Without tokens everybody may do everything. */
export class Gate {
  readonly #tokens: () => Tokens;
  readonly #log: Log;
  readonly #note: (failure: TokenFailure) => void;
  readonly #book = new TokenBook();
  readonly #failed = new FailedTokens();
  /** What the unknown tokens that are being looked into allow, by network. */
  readonly #underWay = new Map<string, Promise<Access | undefined>>();

  /**
   * @param tokens those of the configuration, asked at each request
   * @param log is told who sends wrong ones
   * @param note is told of each request without a right one
   */
  constructor(
    tokens: () => Tokens,
    log: Log,
    note: (failure: TokenFailure) => void = () => {},
  ) {
    this.#tokens = tokens;
    this.#log = log;
    this.#note = note;
  }

  /** Whether tokens are needed at all. */
  get isClosed(): boolean {
    return this.#tokens().size > 0;
  }

  /**
   * Checks a request. What is known is checked at once; an unknown token takes
   * time.
   *
   * @param address of the client
   * @throws {RequestError} (or a rejection) when it may not do this
   */
  check(
    headers: Headers,
    address: string,
    needed: Needed,
  ): Promise<void> | undefined {
    const tokens = this.#tokens();
    if (tokens.size === 0 || needed === "nothing") return undefined;
    const token = tokenIn(headers);
    if (token === undefined) {
      this.#note("missing");
      throw unauthorized("a token is needed");
    }
    const network = networkOf(address);
    const access = this.#book.recall(tokens, token, network);
    if (access === undefined) {
      return this.#checkUnknown(tokens, token, network, needed);
    }
    this.#checkEnough(access, needed, network);
  }

  async #checkUnknown(
    tokens: Tokens,
    token: string,
    network: string,
    needed: Access,
  ): Promise<void> {
    const access = await this.#lookUpOnce(tokens, token, network);
    if (access === undefined) {
      this.#note("wrong");
      this.#log.warn("a wrong token was refused", { from: network });
      throw unauthorized("this token is wrong");
    }
    this.#checkEnough(access, needed, network);
  }

  #checkEnough(access: Access, needed: Access, network: string): void {
    if (access === "write" || needed === "read") return;
    this.#log.warn("a token that allows to read only was refused", {
      from: network,
    });
    throw new RequestError("this token allows to read only", 403);
  }

  /** A busy client's token may come many times before it is known. */
  #lookUpOnce(
    tokens: Tokens,
    token: string,
    network: string,
  ): Promise<Access | undefined> {
    const key = `${network}\n${token}`;
    const begun = this.#underWay.get(key);
    if (begun) return begun;
    const lookingUp = this.#lookUp(tokens, token, network)
      .finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, lookingUp);
    return lookingUp;
  }

  async #lookUp(
    tokens: Tokens,
    token: string,
    network: string,
  ): Promise<Access | undefined> {
    const waitMs = this.#failed.waitMs(network);
    if (waitMs > 0) {
      this.#note("throttled");
      throw tooManyFailures(waitMs);
    }
    // Those under way count too: many may come at once.
    const isLast = this.#failed.add(network);
    try {
      const access = await this.#book.lookUp(tokens, token, network);
      if (access !== undefined) this.#failed.remove(network);
      else if (isLast) {
        this.#log.warn("too many wrong tokens", { from: network });
      }
      return access;
    } catch (error) {
      if (!(error instanceof CrowdedError)) throw error;
      this.#failed.remove(network);
      throw new RequestError("too many unknown tokens come at once", 503);
    }
  }
}

function unauthorized(why: string): RequestError {
  return new RequestError(
    `${why}: send it as Authorization: Bearer TOKEN, or as Password: TOKEN`,
    401,
    { "www-authenticate": 'Bearer realm="neurald", Basic realm="neurald"' },
  );
}

function tooManyFailures(waitMs: number): RequestError {
  const seconds = Math.ceil(waitMs / 1000);
  return new RequestError(
    `too many wrong tokens came from this address; try again in ${seconds} s`,
    429,
    { "retry-after": String(seconds) },
  );
}
