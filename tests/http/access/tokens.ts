/**
 * Tokens of tests, and a configuration that knows them.
 *
 * @module
 */

import { hashToken, LEAST_COST } from "../../../lib/config/token_hash.ts";

/** Tokens by what they allow. */
export const TOKENS = {
  read: "a-token-to-read-with",
  write: "a-token-to-write-with",
};

/** Their hashes. */
export const HASHES = {
  read: await hashToken(TOKENS.read, LEAST_COST),
  write: await hashToken(TOKENS.write, LEAST_COST),
};

/** `neurald { }` that knows them. */
export const WITH_TOKENS = `neurald { tokens {
  monitor { hash = "${HASHES.read}"; access = read; }
  filter { hash = "${HASHES.write}"; access = write; }
} }`;

/** The header that sends a token. */
export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}
