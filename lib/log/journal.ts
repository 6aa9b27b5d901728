/**
 * Lines for systemd's journal, which takes priorities from how lines begin.
 *
 * @module
 */

import { jsonLine } from "./json.ts";
import type { LogEntry, LogLevel } from "./log.ts";

/** As `sd-daemon(3)` has them: `SD_ERR`, `SD_WARNING`, `SD_INFO`, `SD_DEBUG`. */
const PRIORITIES: Readonly<Record<LogLevel, number>> = {
  error: 3,
  warn: 4,
  info: 6,
  debug: 7,
};

/** The line of a message: JSON, after a priority that the journal removes. */
export function journalLine(entry: LogEntry): string {
  return `<${PRIORITIES[entry.level]}>${jsonLine(entry)}`;
}

/** What the system knows an open file by. */
interface FileIdentity {
  dev: number;
  ino: number;
}

/**
 * Whether a stream leads to the journal.
 *
 * @param journalStream `$JOURNAL_STREAM`, `DEVICE:INODE` (systemd.exec(5)); a
 * program that was started by a service, and writes elsewhere, has it, too
 */
export function isJournal(
  journalStream: string | undefined,
  { dev, ino }: FileIdentity,
): boolean {
  return journalStream === `${dev}:${ino}`;
}
