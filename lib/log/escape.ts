/**
 * Characters that would break a line, steer a terminal or be seen otherwise
 * than they are.
 *
 * @module
 */

/** Controls, directions of writing, and whatever else is not seen. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * Writes them as `\uXXXX`, which in the strings of JSON means the same.
 *
 * @param text in which backslashes and line feeds have been taken care of,
 * where that matters
 */
export function escapeUnseen(text: string): string {
  return text.replace(UNSEEN, (character) => {
    let escaped = "";
    for (let i = 0; i < character.length; i++) {
      const code = character.charCodeAt(i).toString(16).padStart(4, "0");
      escaped += `\\u${code}`;
    }
    return escaped;
  });
}
