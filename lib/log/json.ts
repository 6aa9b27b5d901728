/**
 * Lines for programs: one JSON object each.
 *
 * @module
 */

import { escapeUnseen } from "./escape.ts";
import type { LogEntry } from "./log.ts";
import { plainFields, plainMessage } from "./plain_value.ts";

/** The line of a message: `time` (RFC 3339), `level`, `message`, its fields. */
export function jsonLine({ time, level, message, fields }: LogEntry): string {
  const { time: _, level: __, message: ___, ...others } = plainFields(fields);
  return escapeUnseen(JSON.stringify({
    time: time.toISOString(),
    level,
    message: plainMessage(message),
    ...others,
  }));
}
