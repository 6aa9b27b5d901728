/**
 * What may be said of an error that nobody expected.
 *
 * @module
 */

import type { LogFields } from "./log.ts";

/** What an error says of the values that it met, which may be anybody's. */
const QUOTED = /(["'`])[^]*\1/;

/**
 * Where a mistake was made, and what it is. An unexpected error may quote what
 * was being worked on, and that may be of a message: it is left out.
 */
export function mistakeFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { mistake: typeof error };
  const { name, message, stack = "" } = error;
  // Errors of parsers repeat their input.
  const said = error instanceof SyntaxError
    ? ""
    : message.replace(QUOTED, "$1…$1");
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return {
    mistake: said === "" ? name : `${name}: ${said}`,
    stack: frames.map((line) => line.trim()).join("\n"),
  };
}
