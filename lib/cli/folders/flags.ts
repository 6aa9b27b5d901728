/**
 * Flags that name folders of mail.
 *
 * @module
 */

import { MAIL_FILTERS } from "../../mail/find_verdict.ts";
import type { FlagTable } from "../flags.ts";

/** Folders of either class, and whose headers count in them. */
export const FOLDER_FLAGS = {
  spam: {
    kind: "text",
    isList: true,
    value: "PATH",
    help:
      "a Maildir, mbox, message, or folder of messages that are spam; may be repeated",
  },
  ham: {
    kind: "text",
    isList: true,
    value: "PATH",
    help: "one of messages that are ham; may be repeated",
  },
  filter: {
    kind: "text",
    value: "NAME",
    oneOf: MAIL_FILTERS,
    help: "the only filter whose headers count: rspamd or spamassassin",
  },
} satisfies FlagTable;
