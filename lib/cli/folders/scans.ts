/**
 * Labelled scans out of folders of mail: what a filter wrote into headers.
 *
 * @module
 */

import { parseScan } from "../../features/scan.ts";
import { findVerdict, type MailFilter } from "../../mail/find_verdict.ts";
import type { MailMessage } from "../../mail/message.ts";
import { readMessageFile } from "../../mail/message_file.ts";
import type { PlacedScan } from "../labelled_file.ts";
import { inOrder } from "./in_order.ts";
import { filesOf, type LabelledFile, type Source } from "./sources.ts";
import type { UnusableTally } from "./unusable.ts";

/** Files that are read at a time. */
const FILES_AT_A_TIME = 8;

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
    const opened = inOrder(files, FILES_AT_A_TIME, async (file) => {
      const messages = readMessageFile(file.path, "head");
      return { file, messages, first: await messages.next() };
    });
    for await (const { file, messages, first } of opened) {
      for (let next = first; !next.done; next = await messages.next()) {
        const message = next.value;
        const scan = "unusable" in message
          ? message.unusable
          : scanOf(message, file, filter);
        if (typeof scan === "string") unusable.add(message.place, scan);
        else yield scan;
      }
    }
  }
}

/** The scan of a message, or why there is none. */
function scanOf(
  { headers, messageId, place }: MailMessage,
  { class: mailClass }: LabelledFile,
  filter: MailFilter | undefined,
): PlacedScan | string {
  const verdict = findVerdict(headers, filter);
  if (typeof verdict === "string") return verdict;
  const json = { ...verdict, message_id: messageId };
  return {
    id: messageId ?? place,
    class: mailClass,
    scan: parseScan(json),
    place,
    line: JSON.stringify(json),
  };
}
