/**
 * Keys of a UCL text, and what stands between them and their values.
 *
 * @module
 */

import type { Cursor } from "./cursor.ts";
import { unescapeText } from "./escape.ts";
import { readDoubleQuoted } from "./text.ts";

const KEY_START = /[0-9A-Za-z_/\x80-\uffff]/y;
const BARE_KEY = /[0-9A-Za-z_\-./\x80-\uffff]+/y;
const KEY_END = /[ \t:=]/y;
const BLANK = /[ \t]/y;
const SPACE = /[ \t\n\v\f\r]/y;

/**
 * Reads the key that the cursor is on.
 *
 * @throws {UclSyntaxError}
 */
export function readKey(cursor: Cursor): string {
  if (cursor.peek() === '"') return readQuotedKey(cursor);
  if (!cursor.fits(KEY_START)) {
    throw cursor.error(
      `${shown(cursor.peek())} cannot begin a key; a key begins with a ` +
        "letter, a digit, _, / or a quotation mark",
    );
  }
  const key = cursor.take(BARE_KEY);
  if (cursor.atEnd || cursor.fits(KEY_END)) return key;
  throw cursor.error(
    cursor.fits(SPACE)
      ? `"${key}" has no value`
      : `${shown(cursor.peek())} cannot stand in a key`,
  );
}

function readQuotedKey(cursor: Cursor): string {
  const start = cursor.offset;
  const raw = readDoubleQuoted(cursor);
  if (raw === "") throw cursor.error("a key is empty", start);
  return raw.includes("\\") ? unescapeText(raw) : raw;
}

/**
 * Steps over blanks, comments and at most one `=` or `:`.
 *
 * @returns Whether there was a `=` or `:`.
 * @throws {UclSyntaxError}
 */
export function readSeparator(cursor: Cursor): boolean {
  let separated = false;
  while (!cursor.atEnd) {
    if (cursor.peek() === "=" || cursor.peek() === ":") {
      if (separated) throw cursor.error(`a second ${shown(cursor.peek())}`);
      separated = true;
      cursor.offset++;
    } else if (cursor.fits(BLANK)) cursor.skipBlanks();
    else if (cursor.atComment) cursor.skipComments();
    else return separated;
  }
  throw cursor.error("the text ends where a value is expected");
}

function shown(character: string): string {
  if (character > " " && character < "\x7f") return `"${character}"`;
  const code = character.charCodeAt(0).toString(16).toUpperCase();
  return `the character U+${code.padStart(4, "0")}`;
}
