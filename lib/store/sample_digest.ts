import { createHash } from "node:crypto";

/** Length of a digest. */
export const DIGEST_BYTES = 16;

/** Tells samples apart, by 128 bits of blake2b. */
export function sampleDigest(features: Uint8Array): Uint8Array {
  return digestOf(features);
}

/** Tells messages apart, by their ids (`Sample.message`). */
export function messageDigest(messageId: string): Uint8Array {
  return digestOf(messageId);
}

function digestOf(data: Uint8Array | string): Uint8Array {
  return createHash("blake2b512").update(data).digest()
    .subarray(0, DIGEST_BYTES);
}
