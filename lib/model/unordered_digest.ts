/**
 * Digests of settings that do not depend on the order of their keys (rspamd
 * `lua_util.unordered_table_digest`).
 *
 * @module
 */

import { createXXHash3, type IHasher } from "hash-wasm";
import { formatNumber } from "../features/vector_text.ts";

/**
 * What a digest can be made of. Numbers are finite, and keys without a value do
 * not count.
 */
export type Digestible =
  | string
  | number
  | boolean
  | readonly Digestible[]
  | { readonly [key: string]: Digestible | undefined };

/** Compiled once, when the first digest is wanted. */
let hasher: Promise<IHasher> | undefined;

/**
 * Digests a list or a map: XXH3-64 of each key and its value, XORed together.
 *
 * @returns 16 hexadecimal digits
 */
export async function unorderedDigest(
  value: Exclude<Digestible, string | number | boolean>,
): Promise<string> {
  return digestWith(await (hasher ??= createXXHash3()), value);
}

function digestWith(hasher: IHasher, table: object): string {
  // The elements of a list are numbered from 1.
  const entries = Array.isArray(table)
    ? table.map((value, i): [string, unknown] => [String(i + 1), value])
    : Object.entries(table);
  const digest = entries
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}\0${textOf(hasher, value)}`)
    .map((text) => BigInt(`0x${hasher.init().update(text).digest("hex")}`))
    .reduce((sum, hash) => sum ^ hash, 0n);
  return digest.toString(16).padStart(16, "0");
}

/** As Lua writes a value; for one that holds others, its digest. */
function textOf(hasher: IHasher, value: unknown): string {
  if (typeof value === "object" && value !== null) {
    return digestWith(hasher, value);
  }
  return typeof value === "number" ? formatNumber(value) : String(value);
}
