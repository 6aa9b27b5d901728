/**
 * Quoted texts, heredocs and bare values of a UCL text.
 *
 * @module
 */

import type { Cursor } from "./cursor.ts";
import type { UclSyntaxError } from "./syntax_error.ts";

// Control characters up to 0x1e are errors in libucl as well.
// deno-lint-ignore no-control-regex
const DOUBLE_QUOTED_RUN = /[^"\\\0-\x1e]*/y;
const SINGLE_QUOTED_RUN = /[^'\\]*/y;
const REST_OF_LINE = /[^\n]*/y;
const BARE_RUN = /[^{}[\]\\\0\n\r#,;/]*/y;
const NAMED_ESCAPE = /["\\/bfnrt]/y;
const UNICODE_ESCAPE = /u[0-9a-fA-F]{4}/y;
const HEREDOC_START = /<<([A-Z]*)(\n?)/y;

/**
 * Reads `"…"`, the cursor being on the first quotation mark.
 *
 * @returns What stands between the marks, escapes unresolved.
 * @throws {UclSyntaxError}
 */
export function readDoubleQuoted(cursor: Cursor): string {
  const start = cursor.offset++;
  let error: UclSyntaxError | undefined;
  while (true) {
    cursor.take(DOUBLE_QUOTED_RUN);
    const here = cursor.offset;
    switch (cursor.peek()) {
      case '"':
        cursor.offset++;
        if (error) throw error;
        return cursor.text.slice(start + 1, here);
      case "\\":
        cursor.offset++;
        if (cursor.peek() === "u") takeUnicodeEscape(cursor);
        else cursor.take(NAMED_ESCAPE);
        break;
      case "":
        throw error ?? cursor.error('no closing quotation mark "', start);
      case "\n":
        throw error ?? cursor.error('the line ends inside a text in "…"');
      default:
        error ??= cursor.error(
          'a control character inside a text in "…"; ' +
            "write it as an escape such as \\t",
        );
        cursor.offset++;
    }
  }
}

function takeUnicodeEscape(cursor: Cursor): void {
  const start = cursor.offset - 1;
  if (cursor.take(UNICODE_ESCAPE) === "") {
    throw cursor.error("\\u needs four hexadecimal digits", start);
  }
}

/**
 * Reads `'…'`, the cursor being on the first quotation mark.
 *
 * @returns What stands between the marks, escapes unresolved.
 * @throws {UclSyntaxError}
 */
export function readSingleQuoted(cursor: Cursor): string {
  const start = cursor.offset++;
  while (true) {
    cursor.take(SINGLE_QUOTED_RUN);
    const here = cursor.offset;
    if (cursor.peek() === "'") {
      cursor.offset++;
      return cursor.text.slice(start + 1, here);
    }
    if (here + 1 >= cursor.text.length) {
      cursor.offset = start;
      cursor.take(REST_OF_LINE);
      throw cursor.error("no closing quotation mark '", start);
    }
    cursor.offset += 2;
  }
}

/**
 * Reads a value without quotation marks: up to the end of the value, a
 * comment or the end of the text. Braces and brackets may stand in it in
 * pairs.
 *
 * @returns The value without the blanks after it, escapes unresolved; it may
 * be empty.
 * @throws {UclSyntaxError}
 */
export function readBare(cursor: Cursor): string {
  const start = cursor.offset;
  const open = { "}": 0, "]": 0 };
  while (true) {
    cursor.take(BARE_RUN);
    const character = cursor.peek();
    if (character === "\\") {
      cursor.offset++;
      if (cursor.peek() === "u") takeUnicodeEscape(cursor);
      else if (!cursor.atEnd) cursor.offset++;
      continue;
    }
    if (character === "{") open["}"]++;
    else if (character === "[") open["]"]++;
    else if (character === "}" || character === "]") {
      if (open[character] === 0) break;
      open[character]--;
    } else if (cursor.atValueEnd || cursor.atComment) break;
    cursor.offset++;
  }
  return withoutTrailingBlanks(cursor.text.slice(start, cursor.offset));
}

/** A regular expression would take quadratic time on long runs of blanks. */
function withoutTrailingBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === " " || text[end - 1] === "\t")) end--;
  return text.slice(0, end);
}

/**
 * Reads a heredoc: `<<NAME`, lines, and a line that begins with `NAME` and
 * ends there or with the end of the value.
 *
 * @returns The lines, or undefined (and the cursor unmoved) when this is no
 * heredoc but a bare value that begins with `<`.
 * @throws {UclSyntaxError} when the closing line is missing.
 */
export function readHeredoc(cursor: Cursor): string | undefined {
  const { text, offset: start } = cursor;
  HEREDOC_START.lastIndex = start;
  const opening = HEREDOC_START.exec(text);
  if (!opening || text.length - start <= 3) return undefined;
  const body = HEREDOC_START.lastIndex;
  const [, name, lineEnd] = opening;
  if (lineEnd === "" && body < text.length) return undefined;
  let end = lineEnd === "" ? -1 : text.indexOf(`\n${name}`, body);
  while (end >= 0) {
    const after = end + 1 + name.length;
    if (after >= text.length || "\n;,".includes(text[after])) {
      cursor.offset = after;
      return text.slice(body, end);
    }
    end = text.indexOf(`\n${name}`, end + 1);
  }
  throw cursor.error(
    `this text never ends: a line that is just ${name || "empty"} is missing`,
    start,
  );
}
