/**
 * A log whose messages are lines of text.
 *
 * @module
 */

import { humanLine } from "./human.ts";
import {
  type Log,
  LOG_LEVELS,
  logBy,
  type LogEntry,
  type LogLevel,
} from "./log.ts";
import { currentRequest } from "./request.ts";

/** How messages become lines. */
export interface LineLogOptions {
  /** Makes the one line of a message; {@linkcode humanLine} by default. */
  format?: (entry: LogEntry) => string;
  /** The time of a message. */
  now?: () => Date;
}

/**
 * Writes messages as lines. What is said while a request is answered has its
 * id as the field `request_id`.
 *
 * @param least messages that are less important are dropped; a function is
 * asked at each
 * @param write takes a line, without its end
 */
export function lineLog(
  least: LogLevel | (() => LogLevel),
  write: (line: string) => void,
  { format = humanLine, now = () => new Date() }: LineLogOptions = {},
): Log {
  return logBy((level, message, fields) => {
    const wanted = typeof least === "function" ? least() : least;
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(wanted)) return;
    const request = currentRequest();
    const all = request ? { request_id: request.id, ...fields } : fields ?? {};
    write(format({ time: now(), level, message, fields: all }));
  });
}
