/**
 * Values of a UCL text that hold no others: texts, numbers, words.
 *
 * @module
 */

import type { Cursor } from "./cursor.ts";
import { unescapeSingleQuoted, unescapeText } from "./escape.ts";
import { readNumber } from "./number.ts";
import type { Place } from "./place.ts";
import {
  readBare,
  readDoubleQuoted,
  readHeredoc,
  readSingleQuoted,
} from "./text.ts";
import type { UclNumber, UclText, UclValue } from "./value.ts";
import { expandVariables, type Variables } from "./variables.ts";

const NUMBER_START = /[-0-9]/y;
const BOOLEANS: Record<string, boolean> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
};
const LONGEST_BOOLEAN = 5;

/**
 * Reads the value that the cursor is on.
 *
 * @throws {UclSyntaxError}
 */
export function readScalar(cursor: Cursor, variables: Variables): UclValue {
  const at = cursor.place;
  switch (cursor.peek()) {
    case '"':
      return quoted(at, resolve(readDoubleQuoted(cursor), variables));
    case "'":
      return quoted(at, unescapeSingleQuoted(readSingleQuoted(cursor)));
    case "<": {
      const lines = readHeredoc(cursor);
      if (lines === undefined) break;
      return quoted(at, expandVariables(lines, variables));
    }
  }
  return readNumberValue(cursor, at) ?? readWord(cursor, at, variables);
}

function quoted(at: Place, value: string): UclText {
  return { kind: "text", at, value, quoted: true };
}

function readNumberValue(cursor: Cursor, at: Place): UclNumber | undefined {
  if (!cursor.fits(NUMBER_START)) return undefined;
  const number = readNumber(cursor.text, cursor.offset);
  if (!number) return undefined;
  if (number.outOfRange) throw cursor.error("this number is out of range");
  const spelling = cursor.text.slice(cursor.offset, number.end).trimEnd();
  cursor.offset = number.end;
  return { kind: "number", at, value: number.value, spelling };
}

function readWord(cursor: Cursor, at: Place, variables: Variables): UclValue {
  const raw = readBare(cursor);
  if (raw === "") {
    throw cursor.error('a value is missing; write "" for an empty text');
  }
  if (raw.length <= LONGEST_BOOLEAN) {
    const word = raw.toLowerCase();
    if (Object.hasOwn(BOOLEANS, word)) {
      return { kind: "boolean", at, value: BOOLEANS[word] };
    }
  }
  switch (raw) {
    case "null":
      return { kind: "null", at, written: true };
    case "nan":
      return { kind: "number", at, value: NaN, spelling: raw };
    case "inf":
      return { kind: "number", at, value: Infinity, spelling: raw };
  }
  const value = resolve(raw, variables);
  return { kind: "text", at, value, quoted: false };
}

/** Only a dollar sign that was written as one begins a variable. */
function resolve(raw: string, variables: Variables): string {
  const text = raw.includes("\\") ? unescapeText(raw) : raw;
  return raw.includes("$") ? expandVariables(text, variables) : text;
}
