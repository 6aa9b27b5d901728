/**
 * The log of a process, on its standard error.
 *
 * @module
 */

import { fstatSync } from "node:fs";
import {
  type Destination,
  fittingFormat,
  formatter,
  type LogFormat,
} from "./format.ts";
import { isJournal } from "./journal.ts";
import { lineLog } from "./line_log.ts";
import { LineWriter } from "./line_writer.ts";
import type { Log, LogEntry, LogLevel } from "./log.ts";
import { boundRepeats } from "./repeats.ts";

/** What is said, and how. */
export interface LogSettings {
  /** What is less important is dropped. */
  level: LogLevel;
  format: LogFormat;
}

/** How long the end of a process may wait for its last lines to be taken. */
const FLUSH_MS = 500;

/** The log of a process. */
export interface ProcessLog extends Log, AsyncDisposable {
  /** The form that its lines have at present. */
  readonly format: Exclude<LogFormat, "auto">;
  /** Goes on in another way. */
  configure(settings: LogSettings): void;
}

/**
 * Writes to standard error, which nothing else may be written to meanwhile.
 * When it is disposed of, it says what is left to say.
 *
 * @param destination where that leads, for who may not find out
 */
export function standardErrorLog(
  settings: LogSettings,
  destination: Destination = standardError(),
): ProcessLog {
  let current = settings;
  const format = (entry: LogEntry) =>
    formatter(current.format, destination)(entry);
  const writer = new LineWriter(Deno.stderr, (lines, reason) =>
    format({
      time: new Date(),
      level: "warn",
      message: "lines of the log were lost",
      fields: { lines, reason },
    }));
  const bounded = boundRepeats(
    lineLog(() => current.level, (line) => writer.write(line), { format }),
  );
  return {
    ...bounded,
    get format() {
      return fittingFormat(current.format, destination);
    },
    configure(settings) {
      current = settings;
    },
    async [Symbol.asyncDispose]() {
      bounded[Symbol.dispose]();
      await writer.flush(FLUSH_MS);
    },
  };
}

/** Where standard error leads. */
export function standardError(): Destination {
  return {
    isTerminal: Deno.stderr.isTerminal(),
    isJournal: leadsToJournal(),
    hasColours: !Deno.noColor,
  };
}

function leadsToJournal(): boolean {
  try {
    return isJournal(Deno.env.get("JOURNAL_STREAM"), fstatSync(2));
  } catch {
    // It is closed, or the environment may not be read.
    return false;
  }
}
