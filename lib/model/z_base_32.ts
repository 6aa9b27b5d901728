/**
 * z-base-32 as rspamd writes digests: of the bytes as one little-endian
 * number, the lowest five bits first (rspamd `src/libutil/str_util.c`).
 *
 * @module
 */

const ALPHABET = "ybndrfg8ejkmcpqxot1uwisza345h769";

/** Writes bytes in z-base-32; 64 of them take 103 characters. */
export function encodeZBase32(bytes: Uint8Array): string {
  let text = "";
  let pending = 0;
  let bits = 0;
  for (const byte of bytes) {
    pending |= byte << bits;
    bits += 8;
    for (; bits >= 5; bits -= 5) {
      text += ALPHABET[pending & 31];
      pending >>= 5;
    }
  }
  return bits > 0 ? text + ALPHABET[pending & 31] : text;
}
