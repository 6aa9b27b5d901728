/**
 * The forms that lines of a log can have.
 *
 * @module
 */

import { colouredLine, humanLine } from "./human.ts";
import { journalLine } from "./journal.ts";
import { jsonLine } from "./json.ts";
import type { LogEntry } from "./log.ts";

/** Names of the forms; `auto` is the one that fits where the lines go. */
export const LOG_FORMATS = ["auto", "human", "json", "journal"] as const;

/** One of {@linkcode LOG_FORMATS}. */
export type LogFormat = typeof LOG_FORMATS[number];

/** Where lines go. */
export interface Destination {
  /** A terminal, or something that passes for one. */
  isTerminal: boolean;
  /** systemd's journal. */
  isJournal: boolean;
  /** Whether colours are wanted on terminals (no-color.org). */
  hasColours: boolean;
}

/** The form for a destination. */
export function fittingFormat(
  format: LogFormat,
  { isTerminal, isJournal }: Destination,
): Exclude<LogFormat, "auto"> {
  if (format !== "auto") return format;
  if (isTerminal) return "human";
  return isJournal ? "journal" : "json";
}

/** What makes lines of a form. */
export function formatter(
  format: LogFormat,
  destination: Destination,
): (entry: LogEntry) => string {
  switch (fittingFormat(format, destination)) {
    case "json":
      return jsonLine;
    case "journal":
      return journalLine;
    case "human":
      return destination.isTerminal && destination.hasColours
        ? colouredLine
        : humanLine;
  }
}
