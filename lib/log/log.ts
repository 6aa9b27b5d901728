/**
 * What a program tells about itself.
 *
 * @module
 */

/** How important a message is, the least first. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** One of {@linkcode LOG_LEVELS}. */
export type LogLevel = typeof LOG_LEVELS[number];

/**
 * Facts that go with a message, by names in snake_case. Never content of mail,
 * never secrets.
 */
export type LogFields = Record<string, unknown>;

/**
 * Takes messages. A message is a constant text, so that it can be searched
 * for; what varies is in the fields.
 */
export type Log = Record<
  LogLevel,
  (message: string, fields?: LogFields) => void
>;

/** A message with all that is said with it. */
export interface LogEntry {
  /** When it was said. */
  time: Date;
  /** How important it is. */
  level: LogLevel;
  /** What has happened, in constant words. */
  message: string;
  /** What varies. */
  fields: LogFields;
}

/** A log that does for each message what a function does for its level. */
export function logBy(
  take: (level: LogLevel, message: string, fields?: LogFields) => void,
): Log {
  const at = (level: LogLevel) => (message: string, fields?: LogFields) =>
    take(level, message, fields);
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
  };
}
