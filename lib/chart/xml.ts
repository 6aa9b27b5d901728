/**
 * Text in XML.
 *
 * @module
 */

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Characters that XML 1.0 does not have, not even written as a number. */
// deno-lint-ignore no-control-regex
const IMPOSSIBLE = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

/** A text as XML has it; what XML has not is replaced. */
export function escapeXml(text: string): string {
  return text.toWellFormed()
    .replaceAll(IMPOSSIBLE, "\ufffd")
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character]);
}
