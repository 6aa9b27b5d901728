/**
 * `neurald learn`: teaches a running neurald.
 *
 * @module
 */

import type { MailFilter } from "../mail/find_verdict.ts";
import { Client, CLIENT_FLAGS, DEFAULT_SERVER } from "./client.ts";
import { defineCommand } from "./command.ts";
import { FOLDER_FLAGS } from "./folders/flags.ts";
import { learnFolders } from "./learning/folders.ts";
import { learnScans } from "./learning/scans.ts";
import { UsageError } from "./usage_error.ts";

/** `neurald learn` */
export const learnCommand = defineCommand({
  name: "learn",
  summary: "teach a running neurald by folders of mail, or by scans",
  operands: "[FILE]",
  maxOperands: 1,
  flags: {
    ...FOLDER_FLAGS,
    watch: {
      kind: "switch",
      help: "go on with what comes into these folders",
    },
    rspamd: {
      kind: "text",
      value: "URL",
      help: "have a running rspamd scan the messages (http://HOST:11333); " +
        "else their own headers tell what the filter found",
    },
    "rspamd-password-file": {
      kind: "text",
      value: "FILE",
      help: "a file with the password of rspamd's controller",
    },
    again: {
      kind: "switch",
      help: "teach also what was taught before",
    },
    "dry-run": {
      kind: "switch",
      help: "say what would be taught, and teach nothing",
    },
    ...CLIENT_FLAGS,
    class: {
      kind: "text",
      value: "CLASS",
      oneOf: ["spam", "ham"],
      help: "what the scans of FILE are; else what they say themselves (class)",
    },
    rule: { kind: "text", value: "NAME", help: "the only rule to teach" },
    json: { kind: "switch", help: "print the summary as one JSON object" },
  },
  async run({ flags, operands, terminal }) {
    const { spam, ham, rule, json, watch, again, rspamd } = flags;
    const server = flags.server ?? DEFAULT_SERVER;
    using client = await Client.open(flags);
    const url = rule === undefined
      ? "/v1/learn"
      : `/v1/learn?rule=${encodeURIComponent(rule)}`;
    if (spam.length + ham.length === 0) {
      checkUnused("--spam PATH or --ham PATH", {
        watch,
        again,
        rspamd,
        filter: flags.filter,
        "rspamd-password-file": flags["rspamd-password-file"],
        "dry-run": flags["dry-run"],
      });
      const path = operands[0] ?? "-";
      await checkNoFolder(path);
      const { class: mailClass } = flags;
      return await learnScans(
        { path, client, url, class: mailClass, json, terminal },
      );
    }
    if (operands.length > 0) {
      throw new UsageError(
        `learn takes scans or folders: ${
          operands[0]
        } is of no use with --spam or --ham`,
      );
    }
    checkUnused("FILE, and no folder", { class: flags.class });
    if (watch) checkUnused("no --watch", { "dry-run": flags["dry-run"] });
    checkUnused(
      rspamd === undefined ? "--rspamd" : "no --rspamd",
      rspamd === undefined
        ? { "rspamd-password-file": flags["rspamd-password-file"] }
        : { filter: flags.filter },
    );
    return await learnFolders({
      spam,
      ham,
      client,
      server,
      url,
      filter: flags.filter as MailFilter | undefined,
      rspamd,
      rspamdPasswordFile: flags["rspamd-password-file"],
      watch,
      again,
      dryRun: flags["dry-run"],
      json,
      terminal,
    });
  },
});

/** Sees that what is to be read as scans is no folder of mail. */
async function checkNoFolder(path: string): Promise<void> {
  // Why it cannot be read is told where it is read.
  const info = await Deno.stat(path).catch(() => undefined);
  if (info?.isDirectory) {
    throw new UsageError(
      `${path} is a folder; say what its messages are: --spam ${path} or --ham ${path}`,
    );
  }
}

/**
 * Sees that flags are not given, or are switched off.
 *
 * @param needed what they are for
 */
function checkUnused(
  needed: string,
  flags: Record<string, string | boolean | undefined>,
): void {
  for (const [name, value] of Object.entries(flags)) {
    if (value !== undefined && value !== false) {
      throw new UsageError(`--${name} is of use with ${needed} only`);
    }
  }
}
