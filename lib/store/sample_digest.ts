import { createHash } from "node:crypto";

/** Length of a digest. */
export const DIGEST_BYTES = 16;

/** Tells samples apart, by 128 bits of blake2b. */
export function sampleDigest(features: Uint8Array): Uint8Array {
  return createHash("blake2b512").update(features).digest()
    .subarray(0, DIGEST_BYTES);
}
