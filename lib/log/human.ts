/**
 * Lines for people: `time level message key=value …`.
 *
 * @module
 */

import { escapeUnseen } from "./escape.ts";
import type { LogEntry, LogLevel } from "./log.ts";
import { plainFields, plainMessage, type PlainValue } from "./plain_value.ts";

/** How a terminal shows each level (ECMA-48, SGR). */
const COLOURS: Readonly<Record<LogLevel, number>> = {
  debug: 90,
  info: 32,
  warn: 33,
  error: 31,
};
const DIM = 2;

/** The line of a message, in black and white. */
export function humanLine(entry: LogEntry): string {
  return lineOf(entry, (_, text) => text);
}

/** The same, coloured for a terminal. */
export function colouredLine(entry: LogEntry): string {
  return lineOf(entry, (colour, text) => `\x1b[${colour}m${text}\x1b[0m`);
}

function lineOf(
  { time, level, message, fields }: LogEntry,
  paint: (colour: number, text: string) => string,
): string {
  const facts = Object.entries(plainFields(fields))
    .map(([name, value]) =>
      ` ${paint(DIM, `${escapeUnseen(name)}=`)}${formatted(value)}`
    );
  return `${paint(DIM, time.toISOString())} ${paint(COLOURS[level], level)} ${
    escapeUnseen(plainMessage(message))
  }${facts.join("")}`;
}

/** A value in one word, or in quotes. */
function formatted(value: PlainValue): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const isWord = /^[^\s"=\\\p{C}]+$/u.test(text);
  return isWord ? text : escapeUnseen(JSON.stringify(text));
}
