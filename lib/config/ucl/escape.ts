/**
 * Backslashes in UCL texts.
 *
 * @module
 */

const NAMED: Record<string, string> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|([^]))/g;
const SINGLE_QUOTED_ESCAPE = /\\(?:(\r\n?|\n)|'|([^]))/g;

/**
 * Resolves the escapes of a `"…"` text or a bare value. A backslash before
 * any other character is dropped, as `ucl_unescape_json_string` does; one at
 * the very end stays.
 */
export function unescapeText(raw: string): string {
  return raw.replace(
    ESCAPE,
    (_, digits: string | undefined, character: string) =>
      digits !== undefined
        ? String.fromCharCode(Number.parseInt(digits, 16))
        : NAMED[character] ?? character,
  );
}

/**
 * Resolves `\'` and a backslash at the end of a line; everything else in a
 * `'…'` text is itself (`ucl_unescape_squoted_string`).
 */
export function unescapeSingleQuoted(raw: string): string {
  return raw.replace(
    SINGLE_QUOTED_ESCAPE,
    (escape: string, lineEnd: string | undefined) =>
      lineEnd !== undefined ? "" : escape === "\\'" ? "'" : escape,
  );
}
