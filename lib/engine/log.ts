/**
 * What the daemon tells about itself.
 *
 * @module
 */

/** How important a message is, the least first. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** One of {@linkcode LOG_LEVELS}. */
export type LogLevel = typeof LOG_LEVELS[number];

/** Facts that go with a message. Never content of mail, never secrets. */
export type LogFields = Record<string, unknown>;

/** Takes messages. */
export type Log = Record<
  LogLevel,
  (message: string, fields?: LogFields) => void
>;

/**
 * Writes messages as lines, `time level message key=value …`.
 *
 * @param least messages that are less important are dropped; a function is
 * asked at each
 * @param write takes a line, without its end
 */
export function lineLog(
  least: LogLevel | (() => LogLevel),
  write: (line: string) => void,
  now: () => Date = () => new Date(),
): Log {
  const lineAt = (level: LogLevel) => (message: string, fields?: LogFields) => {
    const wanted = typeof least === "function" ? least() : least;
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(wanted)) return;
    const facts = Object.entries(fields ?? {})
      .map(([key, value]) => ` ${key}=${formatted(value)}`);
    write(`${now().toISOString()} ${level} ${message}${facts.join("")}`);
  };
  return {
    debug: lineAt("debug"),
    info: lineAt("info"),
    warn: lineAt("warn"),
    error: lineAt("error"),
  };
}

/** A value in one word, or in quotes. */
function formatted(value: unknown): string {
  const text = value instanceof Error
    ? value.message
    : typeof value === "string"
    ? value
    : JSON.stringify(value) ?? String(value);
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
