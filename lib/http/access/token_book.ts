/**
 * The tokens of a configuration, and which of them a request brings.
 *
 * @module
 */

import { hash, randomBytes } from "node:crypto";
import { hasHash, parseTokenHash } from "../../config/token_hash.ts";
import type { Access, Token } from "../../config/token_option.ts";

/** Tokens by name. */
export type Tokens = ReadonlyMap<string, Token>;

/** Right tokens that are remembered, each for each network that sent it. */
const MOST_REMEMBERED = 1024;

/** Wrong or new tokens that are looked into at once, and that wait for it. */
const MOST_AT_ONCE = 2;
const MOST_WAITING = 32;

/** Too many unknown tokens come at once. */
export class CrowdedError extends Error {
  override name = "CrowdedError";
}

/**
 * Knows right tokens again, by a digest that only this process can make, since
 * to compare one with its hash takes 0.1 s of a processor and 32 MiB.
 */
export class TokenBook {
  readonly #key = randomBytes(32).toString("base64");
  /** Which hash a token has that was right before. */
  readonly #hashes = new Map<string, string>();
  readonly #waiting: (() => void)[] = [];
  #atWork = 0;

  /** What a token allows that was right before, in this network. */
  recall(tokens: Tokens, token: string, network: string): Access | undefined {
    const known = this.#hashes.get(this.#digest(token, network));
    if (known === undefined) return undefined;
    return mostOf([...tokens.values()].filter((one) => one.hash === known))
      ?.access;
  }

  /**
   * What a token allows. A wrong one is compared with all hashes, so the time
   * does not tell how wrong it is.
   *
   * @throws {CrowdedError} (as a rejection) when too many are being looked into
   */
  async lookUp(
    tokens: Tokens,
    token: string,
    network: string,
  ): Promise<Access | undefined> {
    await this.#enter();
    try {
      const right: Token[] = [];
      for (const one of tokens.values()) {
        if (await hasHash(token, parseTokenHash(one.hash)!)) right.push(one);
      }
      const most = mostOf(right);
      if (most) this.#remember(token, network, most.hash);
      return most?.access;
    } finally {
      this.#leave();
    }
  }

  #remember(token: string, network: string, hash: string): void {
    if (this.#hashes.size >= MOST_REMEMBERED) {
      const [oldest] = this.#hashes.keys();
      this.#hashes.delete(oldest);
    }
    this.#hashes.set(this.#digest(token, network), hash);
  }

  /** The key in front does: nobody sees a digest. HMAC takes thrice as long. */
  #digest(token: string, network: string): string {
    return hash("sha256", `${this.#key}${network}\n${token}`, "base64");
  }

  async #enter(): Promise<void> {
    if (this.#atWork < MOST_AT_ONCE) {
      this.#atWork++;
      return;
    }
    if (this.#waiting.length >= MOST_WAITING) throw new CrowdedError();
    // Whoever leaves hands over the place.
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#atWork--;
  }
}

/** The one that allows most. */
function mostOf(tokens: Token[]): Token | undefined {
  return tokens.find(({ access }) => access === "write") ?? tokens[0];
}
