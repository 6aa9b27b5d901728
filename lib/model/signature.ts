/**
 * Signatures of model files: Ed25519 over the bytes of the file, in a file of
 * their own beside it, as `rspamadm signtool` makes and checks them.
 *
 * @module
 */

import { decodeZBase32, encodeZBase32 } from "./z_base_32.ts";

/** What the name of a signature has after that of the file. */
export const SIGNATURE_SUFFIX = ".sig";

/** Length of a signature. */
export const SIGNATURE_BYTES = 64;

/** Length of a public key, and of what a private one is made of. */
const KEY_BYTES = 32;

/** What WebCrypto wants before the 32 bytes of a private key (RFC 8410). */
const PKCS8_HEADER = Uint8Array.from([
  ...[0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70],
  ...[0x04, 0x22, 0x04, 0x20],
]);

/** A key that cannot be one. */
export class KeyError extends Error {
  override name = "KeyError";
}

/** A pair of keys, as they are written. */
export interface KeyPair {
  /** Base32, as rspamd writes it; for `sign_key`. */
  publicKey: string;
  /** The same with both halves, as libsodium keeps it. */
  privateKey: string;
}

/** Checks signatures. */
export type PublicKey = CryptoKey;

/** Makes signatures. */
export type PrivateKey = CryptoKey;

/** Makes a new pair of keys. */
export async function generateKeyPair(): Promise<KeyPair> {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(
    "Ed25519",
    true,
    ["sign", "verify"],
  ) as CryptoKeyPair;
  const open = new Uint8Array(
    await crypto.subtle.exportKey("raw", publicKey),
  );
  const seed = new Uint8Array(
    await crypto.subtle.exportKey("pkcs8", privateKey),
  ).subarray(PKCS8_HEADER.length);
  return {
    publicKey: encodeZBase32(open),
    privateKey: encodeZBase32(Uint8Array.of(...seed, ...open)),
  };
}

/**
 * Reads a public key: 52 characters of rspamd's base32, or 64 hexadecimal
 * digits.
 *
 * @throws {KeyError} when it is neither
 */
export async function readPublicKey(text: string): Promise<PublicKey> {
  const bytes = bytesOf(text, KEY_BYTES);
  if (!bytes) {
    throw new KeyError(
      "this is no public key: 52 characters of rspamd's base32 or 64 " +
        "hexadecimal digits are needed",
    );
  }
  try {
    return await crypto.subtle.importKey("raw", bytes, "Ed25519", true, [
      "verify",
    ]);
  } catch (error) {
    throw new KeyError(`this is no public key: ${(error as Error).message}`);
  }
}

/**
 * Reads a private key, in base32 or hexadecimal: libsodium's, which has the
 * public one behind it, or the first half of that.
 *
 * @throws {KeyError} when it is neither, or its halves do not belong together
 */
export async function readPrivateKey(text: string): Promise<PrivateKey> {
  const bytes = bytesOf(text, 2 * KEY_BYTES) ?? bytesOf(text, KEY_BYTES);
  if (!bytes) {
    throw new KeyError(
      "this is no private key: 103 characters of rspamd's base32 or 128 " +
        "hexadecimal digits are needed",
    );
  }
  const key = await crypto.subtle.importKey(
    "pkcs8",
    Uint8Array.of(...PKCS8_HEADER, ...bytes.subarray(0, KEY_BYTES)),
    "Ed25519",
    true,
    ["sign"],
  );
  const claimed = bytes.subarray(KEY_BYTES);
  if (claimed.length > 0 && encodeZBase32(claimed) !== await publicOf(key)) {
    throw new KeyError("this is no private key: its halves do not fit");
  }
  return key;
}

/** The public key that belongs to a private one, in base32. */
export async function publicOf(key: PrivateKey): Promise<string> {
  const { x } = await crypto.subtle.exportKey("jwk", key);
  const bytes = atob(x!.replaceAll("-", "+").replaceAll("_", "/"));
  return encodeZBase32(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
}

function bytesOf(
  text: string,
  size: number,
): Uint8Array<ArrayBuffer> | undefined {
  if (/^[0-9a-f]*$/i.test(text) && text.length === 2 * size) {
    return Uint8Array.fromHex(text);
  }
  return decodeZBase32(text, size);
}

/** Signs a file; the same bytes and key give the same signature. */
export async function sign(
  file: Uint8Array<ArrayBuffer>,
  key: PrivateKey,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign("Ed25519", key, file));
}

/** Tells whether a signature is that of a file, and of the owner of a key. */
export async function isSignedBy(
  file: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  key: PublicKey,
): Promise<boolean> {
  if (signature.length !== SIGNATURE_BYTES) return false;
  return await crypto.subtle.verify("Ed25519", key, signature, file);
}
