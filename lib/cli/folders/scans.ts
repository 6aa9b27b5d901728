/**
 * Labelled scans out of folders of mail: what a filter wrote into headers.
 *
 * @module
 */

import type { MailClass } from "../../features/mail_class.ts";
import { parseScan } from "../../features/scan.ts";
import type { MailFilter } from "../../mail/find_verdict.ts";
import { type MessageScan, messageScan } from "../../mail/message_scan.ts";
import type { PlacedScan } from "../labelled_file.ts";
import { messagesIn } from "./messages.ts";
import { filesOf, type Source } from "./sources.ts";
import type { UnusableTally } from "./unusable.ts";

/**
 * Reads the scans of all messages in folders.
 *
 * @param filter the only filter whose headers count
 * @param unusable counts the messages without a scan
 * @throws {import("../usage_error.ts").UsageError} when a folder cannot be read
 */
export async function* scansInFolders(
  sources: readonly Source[],
  filter: MailFilter | undefined,
  unusable: UnusableTally,
): AsyncGenerator<PlacedScan> {
  for (const source of sources) {
    const files = await filesOf(source, unusable);
    for await (const { message } of messagesIn(files, "head")) {
      const json = messageScan(message, filter);
      if (typeof json === "string") unusable.add(message.place, json);
      else yield placedScan(json, message.place, source.class);
    }
  }
}

function placedScan(
  json: MessageScan,
  place: string,
  mailClass: MailClass,
): PlacedScan {
  return {
    id: json.message_id ?? place,
    class: mailClass,
    scan: parseScan(json),
    place,
    line: JSON.stringify(json),
  };
}
