/**
 * Classes of messages, by digests of these.
 *
 * @module
 */

import type { MailClass } from "../../features/mail_class.ts";

/** Beyond, the oldest are forgotten. */
const MOST_DIGESTS = 1_000_000;

/** What messages are, by their digests. */
export class DigestClasses {
  readonly #classes = new Map<string, MailClass>();

  /** How many digests are known. */
  get size(): number {
    return this.#classes.size;
  }

  /** What a message is: the first of its digests that is known tells. */
  get(digests: readonly string[]): MailClass | undefined {
    return digests.map((digest) => this.#classes.get(digest))
      .find((mailClass) => mailClass !== undefined);
  }

  /** Notes what a message is. */
  set(digests: readonly string[], mailClass: MailClass): void {
    for (const digest of digests) {
      // The newest is last.
      this.#classes.delete(digest);
      this.#classes.set(digest, mailClass);
      if (this.#classes.size <= MOST_DIGESTS) continue;
      const [oldest] = this.#classes.keys();
      this.#classes.delete(oldest);
    }
  }

  /** All digests, the newest last. */
  [Symbol.iterator](): Iterator<[digest: string, mailClass: MailClass]> {
    return this.#classes.entries();
  }
}
