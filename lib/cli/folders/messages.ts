/**
 * The messages of many files, which are read ahead of whoever takes them.
 *
 * @module
 */

import type {
  MailMessage,
  UnusableMessage,
  Wanted,
} from "../../mail/message.ts";
import { readMessageFile } from "../../mail/message_file.ts";
import { inOrder } from "./in_order.ts";
import type { LabelledFile } from "./sources.ts";

/** Files that are read at a time. */
const FILES_AT_A_TIME = 8;

/** A message, and the file that it is in. */
export interface FiledMessage {
  file: LabelledFile;
  message: MailMessage | UnusableMessage;
}

/**
 * Reads the messages of files, in their order. Files that are open are closed
 * when nobody takes any more.
 *
 * @param wanted how much of each message
 * @param onFile called after each file
 */
export async function* messagesIn(
  files: Iterable<LabelledFile>,
  wanted: Wanted,
  onFile: () => void = () => {},
): AsyncGenerator<FiledMessage> {
  const open = new Set<AsyncGenerator>();
  const opened = inOrder(files, FILES_AT_A_TIME, async (file) => {
    const messages = readMessageFile(file.path, wanted);
    open.add(messages);
    return { file, messages, first: await messages.next() };
  });
  try {
    for await (const { file, messages, first } of opened) {
      for (let next = first; !next.done; next = await messages.next()) {
        yield { file, message: next.value };
      }
      open.delete(messages);
      onFile();
    }
  } finally {
    await Promise.all(
      [...open].map((messages) => messages.return(undefined)),
    );
  }
}
