/**
 * The `Message-ID` of a message, by which it is known again.
 *
 * @module
 */

/** As long as a line of a header may be (RFC 5322, 2.1.1). */
export const MAX_MESSAGE_ID_LENGTH = 998;

/** What rspamd says of a message that has none. */
const NONE = "undef";

/**
 * The id without what stands around it: white space and angle brackets.
 *
 * @returns undefined for none: an empty text, or rspamd's `undef`
 */
export function bareMessageId(text: string): string | undefined {
  const bare = text.trim().replace(/^<|>$/g, "").trim();
  return bare === "" || bare === NONE ? undefined : bare;
}
