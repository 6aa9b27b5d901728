/**
 * Goes on after an error in a UCL text.
 *
 * @module
 */

import type { Cursor } from "./cursor.ts";
import type { KeyOptions, Tree } from "./tree.ts";

const SEPARATORS = /[\0 \t\n\r,;]*/y;
const REST_OF_ENTRY = /[^;\n]*[;\n]?/y;
/** Not in what can be stepped over without being understood. */
const OPENING = /[{}[\]"'<\\]|\/\*/;
const OPENING_BRACKET = /[{[]/;
const UNQUOTED_SECTION = /^\s*"([\w.-]+)(?:[ \t]*[=:])?[ \t]*\{[ \t\r]*$/;
/** What a closing bracket closes. */
const CLOSING: Readonly<Record<string, "object" | "array">> = {
  "}": "object",
  "]": "array",
};

/** What was being read when an error came. */
export interface Interrupted {
  /** The offset at which the entry begins. */
  readonly start: number;
  /** Its key; empty when that is where the error is. */
  readonly key: string;
}

/**
 * After an error, goes on where it is clear what follows, so that one slip
 * neither hides the next nor is told again and again. A bracket that is not
 * expected closes what it could be meant for, or is passed over.
 *
 * @returns false when it is not clear.
 * @throws {UclSyntaxError} when what seems to be meant cannot be.
 */
export function resume(
  cursor: Cursor,
  tree: Tree,
  options: KeyOptions,
  { start, key }: Interrupted,
): boolean {
  if (cursor.atEnd) return false;
  const closed = CLOSING[cursor.peek()];
  if (closed) {
    if (tree.popToBracket(closed, cursor.source)) return true;
    cursor.offset++;
  } else {
    const from = key === "" ? start : cursor.offset;
    if (!cursor.atValueEnd) return skipEntry(cursor, tree, from);
    const read = cursor.text.slice(from, cursor.offset);
    if (OPENING_BRACKET.test(read)) {
      return openSection(cursor, tree, options, read);
    }
  }
  cursor.take(SEPARATORS);
  return true;
}

/**
 * Opens a section whose key lacks a quotation mark, so that what is in it is
 * read as what it is.
 *
 * @param read What stands on the line, up to its end.
 * @returns false when it is something else.
 */
function openSection(
  cursor: Cursor,
  tree: Tree,
  options: KeyOptions,
  read: string,
): boolean {
  const key = UNQUOTED_SECTION.exec(read)?.[1];
  if (key === undefined) return false;
  const { source } = cursor;
  cursor.offset -= read.length - read.lastIndexOf("{");
  const at = cursor.place;
  tree.addKey(key, at, options);
  const level = tree.frame?.level ?? 0;
  tree.open("object", at, { level, brace: at, source });
  cursor.offset++;
  return true;
}

/**
 * Steps over the rest of an entry that stands on one line and opens nothing.
 *
 * @returns false when it opens something.
 */
function skipEntry(cursor: Cursor, tree: Tree, from: number): boolean {
  if (tree.frame?.container.kind !== "object") return false;
  cursor.take(REST_OF_ENTRY);
  return !OPENING.test(cursor.text.slice(from, cursor.offset));
}
