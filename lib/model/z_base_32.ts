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

/**
 * Reads z-base-32, in small or capital letters.
 *
 * @param size how many bytes it has to stand for
 * @returns nothing where the text is not exactly that
 */
export function decodeZBase32(
  text: string,
  size: number,
): Uint8Array<ArrayBuffer> | undefined {
  if (text.length !== Math.ceil(8 * size / 5)) return undefined;
  const bytes = new Uint8Array(size);
  let pending = 0;
  let bits = 0;
  let at = 0;
  for (const digit of text.toLowerCase()) {
    const value = ALPHABET.indexOf(digit);
    if (value < 0) return undefined;
    pending |= value << bits;
    bits += 5;
    if (bits >= 8 && at < size) {
      bytes[at++] = pending & 255;
      pending >>= 8;
      bits -= 8;
    }
  }
  return pending === 0 ? bytes : undefined;
}
