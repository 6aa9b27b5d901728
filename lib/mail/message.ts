/**
 * Messages as they lie in folders.
 *
 * @module
 */

import { type MailHeaders, MOST_HEADER_BYTES, readHeaders } from "./headers.ts";
import { type Identity, identityOf, MOST_BODY_BYTES } from "./identity.ts";

/** Longer messages are not scanned whole. */
export const MOST_MESSAGE_BYTES = 32 * 2 ** 20;

/** How much of a message is wanted: what tells it from others, or all of it. */
export type Wanted = "head" | "whole";

/** A message, or the part of it that was wanted. */
export interface MailMessage extends Identity {
  /** The path of its file; of a mailbox, which message it is. */
  place: string;
  headers: MailHeaders;
  /** Its bytes from the first on. */
  bytes: Uint8Array<ArrayBuffer>;
  /** How long all of it is. */
  size: number;
}

/** A message that cannot be used. */
export interface UnusableMessage {
  /** The path of its file; of a mailbox, which message it is. */
  place: string;
  /** Why not, without the place. */
  unusable: string;
}

/** How many bytes have to be kept for what is wanted. */
export function bytesFor(wanted: Wanted): number {
  return wanted === "whole"
    ? MOST_MESSAGE_BYTES
    : MOST_HEADER_BYTES + MOST_BODY_BYTES;
}

/**
 * Looks at the bytes of a message.
 *
 * @param place where it is
 * @param bytes all of it, or its first part
 * @param size of all of it
 */
export function messageOf(
  place: string,
  bytes: Uint8Array<ArrayBuffer>,
  size: number,
): MailMessage | UnusableMessage {
  if (size === 0) return { place, unusable: "it is empty" };
  const headers = readHeaders(bytes);
  if (headers.fields.length === 0) {
    return { place, unusable: "it is no message: it has no header" };
  }
  const identity = identityOf(headers, bytes, size);
  return { place, headers, bytes, size, ...identity };
}
