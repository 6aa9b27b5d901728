/**
 * The spelling of a macro, and what `.include` may be told.
 *
 * @module
 */

import type { Cursor } from "./cursor.ts";
import type { Place } from "./place.ts";
import { readDoubleQuoted } from "./text.ts";
import { STRATEGIES, type Strategy } from "./tree.ts";
import type { UclElement, UclObject } from "./value.ts";

/** What neurald understands, for messages. */
export const SUPPORTED_MACRO =
  '.include(try=true; priority=0…15; duplicate=append|merge|rewrite|error) "FILE"';

/** The highest priority that libucl knows. */
const MAX_PRIORITY = 15;

const NAME = /[^ \t\n\v\f\r(]*/y;
const ARGUMENT_RUN = /[^()"]*/y;
const BRACED_VALUE = /\{[^}]*/y;
const BRACE_RUN = /[^{}]*/y;
const BARE_VALUE = /[^\0\n\r#,;\]}]*/y;
const END = /[ \t\n\v\f\r;]*/y;

/** `.name(arguments) "value"`. */
export interface MacroCall {
  readonly name: string;
  /** Where the dot stands. */
  readonly at: Place;
  /** Offsets between the parentheses; absent without parentheses. */
  readonly argumentRange?: readonly [from: number, to: number];
  readonly value: string;
}

/** How `.include` is to read a file. */
export interface IncludeParameters {
  /** A file that is not there is no error. */
  readonly optional: boolean;
  readonly priority: number;
  readonly strategy: Strategy;
}

/**
 * Reads a macro, the cursor being on its dot, whatever it is called.
 *
 * @throws {UclSyntaxError}
 */
export function readMacro(cursor: Cursor): MacroCall {
  const at = cursor.place;
  cursor.offset++;
  const name = cursor.take(NAME);
  if (name === "") throw cursor.error("a . without the name of a macro");
  skipToValue(cursor);
  const argumentRange = cursor.peek() === "("
    ? readArgumentRange(cursor)
    : undefined;
  skipToValue(cursor);
  const value = name !== "include" && cursor.peek() === "{"
    ? readCode(cursor)
    : readMacroValue(cursor);
  cursor.take(END);
  return { name, at, argumentRange, value };
}

function skipToValue(cursor: Cursor): void {
  while (cursor.skipSpaces(), cursor.atComment) cursor.skipComments();
}

function readArgumentRange(cursor: Cursor): [number, number] {
  const start = cursor.offset;
  let depth = 0;
  while (!cursor.atEnd) {
    switch (cursor.peek()) {
      case '"':
        readDoubleQuoted(cursor);
        break;
      case "(":
        depth++;
        cursor.offset++;
        break;
      case ")":
        cursor.offset++;
        if (--depth === 0) return [start + 1, cursor.offset - 1];
        break;
      default:
        cursor.take(ARGUMENT_RUN);
    }
  }
  throw cursor.error("this parenthesis is never closed", start);
}

function readMacroValue(cursor: Cursor): string {
  const start = cursor.offset;
  switch (cursor.peek()) {
    case '"':
      return readDoubleQuoted(cursor);
    case "{": {
      const value = cursor.take(BRACED_VALUE).slice(1).trim();
      if (cursor.atEnd) {
        throw cursor.error("this brace is never closed", start);
      }
      cursor.offset++;
      return value;
    }
    default:
      return cursor.take(BARE_VALUE).trimEnd();
  }
}

/** Reads what another macro than `.include` has in braces, such as Lua. */
function readCode(cursor: Cursor): string {
  const start = cursor.offset;
  let depth = 0;
  do {
    if (cursor.atEnd) throw cursor.error("this brace is never closed", start);
    depth += cursor.peek() === "{" ? 1 : -1;
    cursor.offset++;
    if (depth > 0) cursor.take(BRACE_RUN);
  } while (depth > 0);
  return cursor.text.slice(start + 1, cursor.offset - 1);
}

/**
 * Checks the parameters of `.include`.
 *
 * @param report Told of every one that is wrong.
 */
export function includeParameters(
  given: UclObject | undefined,
  report: (at: Place, message: string) => void,
): IncludeParameters {
  const parameters = {
    optional: false,
    priority: 0,
    strategy: "append" as Strategy,
  };
  for (const { elements } of given?.entries.values() ?? []) {
    const element = elements[elements.length - 1];
    const wrong = setParameter(parameters, element);
    if (wrong) report(element.at, `${wrong}; supported is ${SUPPORTED_MACRO}`);
  }
  return parameters;
}

/** Sets one parameter; returns what is wrong with it, if anything is. */
function setParameter(
  parameters: {
    -readonly [K in keyof IncludeParameters]: IncludeParameters[K];
  },
  { key, value }: UclElement,
): string | undefined {
  switch (key) {
    case "try":
      if (value.kind !== "boolean") return ".include(try) is true or false";
      parameters.optional = value.value;
      return;
    case "priority":
      if (
        value.kind !== "number" || !Number.isInteger(value.value) ||
        value.value < 0 || value.value > MAX_PRIORITY
      ) {
        return `.include(priority) is a whole number from 0 to ${MAX_PRIORITY}`;
      }
      parameters.priority = value.value;
      return;
    case "duplicate": {
      const strategy = STRATEGIES.find((name) =>
        value.kind === "text" && value.value === name
      );
      if (!strategy) {
        return `.include(duplicate) is one of ${STRATEGIES.join(", ")}`;
      }
      parameters.strategy = strategy;
      return;
    }
    default:
      return `.include has no parameter "${key}" in neurald`;
  }
}
