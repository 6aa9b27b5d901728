/**
 * What tells messages apart, and copies of one message not.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { headerValues, type MailHeaders } from "./headers.ts";

/** More than this of a body is not looked at. */
export const MOST_BODY_BYTES = 16 * 1024;

/** RFC 5322 allows no longer line. */
const MOST_ID_LENGTH = 998;

/** 66 bits, in base64: of a million messages no two agree by chance. */
const DIGEST_LENGTH = 11;

/** What two copies of a message have in common. */
export interface Identity {
  /** The Message-ID without angle brackets, if it has a usable one. */
  messageId?: string;
  /**
   * Digests of the Message-ID, if there is one, and of who wrote what: sender,
   * subject, the beginning of the body, and its length. Headers that are added
   * on the way do not count.
   */
  digests: string[];
}

/**
 * Tells what identifies a message.
 *
 * @param start the message, or enough of it: headers and
 * {@linkcode MOST_BODY_BYTES} of the body
 * @param size of the whole message
 */
export function identityOf(
  headers: MailHeaders,
  start: Uint8Array,
  size: number,
): Identity {
  const messageId = messageIdOf(headers);
  const bodyAt = headers.bodyAt ?? start.length;
  const content = createHash("sha256");
  for (const name of ["from", "subject"]) {
    content.update(`${headerValues(headers, name)[0] ?? ""}\n`);
  }
  content.update(`${size - bodyAt}\n`);
  content.update(start.subarray(bodyAt, bodyAt + MOST_BODY_BYTES));
  const digests = [shortened(content.digest("base64"))];
  if (messageId === undefined) return { digests };
  const id = createHash("sha256").update(`message-id\n${messageId}`);
  return { messageId, digests: [shortened(id.digest("base64")), ...digests] };
}

function messageIdOf(headers: MailHeaders): string | undefined {
  const [value = ""] = headerValues(headers, "message-id");
  const id = value.replace(/^<\s*/, "").replace(/\s*>$/, "").trim();
  const isUsable = id !== "" && id !== "undef" && id.length <= MOST_ID_LENGTH;
  return isUsable ? id : undefined;
}

function shortened(digest: string): string {
  return digest.slice(0, DIGEST_LENGTH);
}
