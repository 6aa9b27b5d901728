/**
 * Keys of signatures in files, as `rspamadm keypair -s` writes them.
 *
 * @module
 */

import { readUcl } from "../../config/ucl/read.ts";
import { type Json, toJson } from "../../config/ucl/value.ts";
import {
  KeyError,
  type KeyPair,
  type PrivateKey,
  type PublicKey,
  readPrivateKey,
  readPublicKey,
} from "../../model/signature.ts";
import { readFile } from "../input.ts";
import { UsageError } from "../usage_error.ts";

/** What the section and the keys in it may be called. */
const SECTION = "keypair";
const PUBLIC = ["pubkey", "public", "public_key"];
const PRIVATE = ["privkey", "private", "private_key", "secret", "secret_key"];

/** Writes a pair of keys. */
export function keyFileText({ publicKey, privateKey }: KeyPair): string {
  return [
    `${SECTION} {`,
    `    pubkey = "${publicKey}";`,
    `    privkey = "${privateKey}";`,
    '    type = "sign";',
    '    algorithm = "curve25519";',
    "}",
    "",
  ].join("\n");
}

/**
 * Reads the private key of a file.
 *
 * @throws {UsageError} when there is none
 */
export async function privateKeyIn(path: string): Promise<PrivateKey> {
  const text = new TextDecoder().decode(await readFile(path));
  return await told(path, () => readPrivateKey(keyIn(text, PRIVATE)));
}

/**
 * Reads a public key.
 *
 * @param given the key itself, or a file that has it
 * @throws {UsageError} when it is none
 */
export async function publicKeyOf(given: string): Promise<PublicKey> {
  try {
    return await readPublicKey(given);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
  }
  const text = new TextDecoder().decode(await readFile(given));
  return await told(given, () => readPublicKey(keyIn(text, PUBLIC)));
}

/** The key that a text is, or has in a section. */
function keyIn(text: string, names: readonly string[]): string {
  const bare = text.trim();
  if (/^\w*$/.test(bare)) return bare;
  const { root } = readUcl(text, SECTION, { readText: () => undefined });
  const all = toJson(root) as Record<string, Json>;
  const section = (all[SECTION] ?? all) as Record<string, Json>;
  const found = names.map((name) => section?.[name])
    .find((value) => typeof value === "string");
  return String(found ?? "");
}

async function told<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw new UsageError(`--key: ${path}: ${error.message}`);
  }
}
