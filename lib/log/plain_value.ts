/**
 * What is said of a value: bounded, without credentials, and as JSON has it.
 *
 * @module
 */

import { escapeUnseen } from "./escape.ts";
import type { LogFields } from "./log.ts";

/** A value that JSON can tell, and tells back. */
export type PlainValue =
  | string
  | number
  | boolean
  | null
  | PlainValue[]
  | { [name: string]: PlainValue };

/** Longest text, in UTF-16 code units. */
const MOST_CHARACTERS = 4000;
/** Longest message: most are much shorter, for they are constant. */
const MOST_OF_MESSAGE = 1000;
/** Most elements of a list, or members of an object. */
const MOST_ELEMENTS = 50;
/** How deep lists and objects may be in each other. */
const MOST_LEVELS = 4;
/** Most causes that are told of an error. */
const MOST_CAUSES = 5;
/**
 * All fields together, as JSON: three bytes each still fit into the longest
 * line of journald (`LineMax=`, 48 KiB).
 */
const MOST_IN_ALL = 10_000;

/** Said where not everything could be told. */
const CUT = "cut";

/** Of all fields that have a value what is said of them, in their order. */
export function plainFields(fields: LogFields): Record<string, PlainValue> {
  const plain: [string, PlainValue][] = [];
  let left = MOST_IN_ALL;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const entry: [string, PlainValue] = [boundedText(name), plainValue(value)];
    left -= escapeUnseen(JSON.stringify(entry)).length;
    if (left < 0) {
      plain.push([CUT, true]);
      break;
    }
    plain.push(entry);
  }
  return Object.fromEntries(plain);
}

/** What is said of a value. */
export function plainValue(value: unknown, levels = MOST_LEVELS): PlainValue {
  switch (typeof value) {
    case "string":
      return boundedText(value);
    case "boolean":
      return value;
    case "number":
      // JSON has no other numbers, and tells −0 as 0.
      return Number.isFinite(value) ? value + 0 : String(value);
    case "object":
      return value === null ? null : plainObject(value, levels);
    default:
      return boundedText(String(value));
  }
}

function plainObject(value: object, levels: number): PlainValue {
  if (value instanceof Error) return boundedText(messagesOf(value));
  if (value instanceof Date) return JSON.parse(JSON.stringify(value));
  if (levels === 0) return "…";
  if (Array.isArray(value)) {
    return value.slice(0, MOST_ELEMENTS)
      .map((element) => plainValue(element, levels - 1));
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .slice(0, MOST_ELEMENTS)
    .map(([name, member]) =>
      [boundedText(name), plainValue(member, levels - 1)] as const
    );
  return Object.fromEntries(members);
}

/** What an error says, and then what its causes add. */
function messagesOf(error: Error): string {
  const said: string[] = [];
  let next: unknown = error;
  for (let i = 0; i <= MOST_CAUSES && next instanceof Error; i++) {
    const text = next.message || next.name;
    if (!said.some((earlier) => earlier.includes(text))) said.push(text);
    next = next.cause;
  }
  return said.join(": ");
}

/** What is said of a message itself. */
export function plainMessage(message: string): string {
  return boundedText(message, MOST_OF_MESSAGE);
}

/** A text of bounded length, as it may be seen by anybody. */
function boundedText(text: string, most = MOST_CHARACTERS): string {
  const short = text.length > most ? `${text.slice(0, most)}…` : text;
  return withoutCredentials(short.toWellFormed());
}

/** User and password of a URL; and the query of one of the web. */
const USER_INFO = /(?<=[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"'<>@]*@/gi;
const QUERY = /(?<=\bhttps?:\/\/[^\s?#"'<>]{0,2000}\?)[^\s#"'<>]+/gi;

/**
 * Whoever writes to the log names no URL with a password in it. This is for
 * the errors of others, which may.
 */
function withoutCredentials(text: string): string {
  if (!text.includes("://")) return text;
  return text.replace(USER_INFO, "").replace(QUERY, "…");
}
