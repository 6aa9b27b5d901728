/**
 * Scans out of messages that a filter has seen.
 *
 * @module
 */

import { findVerdict, type MailFilter } from "./find_verdict.ts";
import type { MailMessage, UnusableMessage } from "./message.ts";
import type { FilterVerdict } from "./verdict.ts";

/** A verdict, and of which message. */
export interface MessageScan extends FilterVerdict {
  /** The Message-ID, if there is a usable one. */
  message_id?: string;
}

/**
 * What a filter wrote into the headers of a message, as `POST /v1/learn` takes
 * a scan.
 *
 * @param filter the only filter whose headers count
 * @returns a text that says why there is none, where there is none
 */
export function messageScan(
  message: MailMessage | UnusableMessage,
  filter?: MailFilter,
): MessageScan | string {
  if ("unusable" in message) return message.unusable;
  const verdict = findVerdict(message.headers, filter);
  return typeof verdict === "string"
    ? verdict
    : { ...verdict, message_id: message.messageId };
}
