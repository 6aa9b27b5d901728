/**
 * Hashes of tokens: what stands in a configuration in place of a token.
 *
 * @module
 */

import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** The hash of a token, `scrypt:COST:SALT:KEY`. */
export interface TokenHash {
  /** Logarithm to base 2 of scrypt's N; its memory is 1 KiB times N. */
  readonly cost: number;
  readonly salt: Uint8Array;
  readonly key: Uint8Array;
}

/** The cost of new hashes: 32 MiB, and about 0.1 s. */
const COST = 15;

/** The least cost of a hash that is accepted: 16 MiB. */
export const LEAST_COST = 14;

/** 128 MiB: a configuration cannot use up the memory. */
const MOST_COST = 17;

const SALT_BYTES = 16;
const KEY_BYTES = 32;
const BLOCK_SIZE = 8;

const FORM = /^scrypt:(\d{2}):([\w-]{22}):([\w-]{43})$/;

/**
 * Makes the hash of a token, with a salt of its own.
 *
 * @param cost see {@linkcode TokenHash}
 */
export async function hashToken(token: string, cost = COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(token, salt, cost);
  return `scrypt:${cost}:${base64Url(salt)}:${base64Url(key)}`;
}

/** Reads a hash; undefined where it is none, or would cost too much. */
export function parseTokenHash(text: string): TokenHash | undefined {
  const match = FORM.exec(text);
  const cost = Number(match?.[1]);
  if (!match || cost < LEAST_COST || cost > MOST_COST) return undefined;
  return { cost, salt: bytesOf(match[2]), key: bytesOf(match[3]) };
}

/**
 * Whether a token has this hash. It takes as long whatever the token is, and in
 * another thread.
 */
export async function hasHash(
  token: string,
  { cost, salt, key }: TokenHash,
): Promise<boolean> {
  return timingSafeEqual(await derive(token, salt, cost), key);
}

function derive(
  token: string,
  salt: Uint8Array,
  cost: number,
): Promise<Uint8Array> {
  const options = {
    N: 2 ** cost,
    r: BLOCK_SIZE,
    // Twice what it needs.
    maxmem: 2 * 128 * BLOCK_SIZE * 2 ** cost,
  };
  return new Promise((resolve, reject) =>
    scrypt(
      token,
      salt,
      KEY_BYTES,
      options,
      (error, key) => error ? reject(error) : resolve(key),
    )
  );
}

function base64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.fromBase64(text, { alphabet: "base64url" });
}
