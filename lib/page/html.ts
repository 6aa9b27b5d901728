/**
 * HTML that is written as it will be read, with everything that comes from
 * elsewhere made harmless.
 *
 * @module
 */

/** A piece of HTML that is known to be sound. */
export class Html {
  /** @param text is taken as it is */
  constructor(readonly text: string) {}
}

/** What can stand in a template. */
export type Insertion =
  | Html
  | string
  | number
  | null
  | undefined
  | boolean
  | readonly Insertion[];

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Characters that HTML does not have, or that nobody would see. */
const IMPOSSIBLE = /[^\t\n\r\P{Cc}]|[\ufdd0-\ufdef\ufffe\uffff]/gu;

/** A text as HTML has it, in an element or in quotes. */
export function escapeHtml(text: string): string {
  return text.toWellFormed()
    .replaceAll(IMPOSSIBLE, "\ufffd")
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character]);
}

/**
 * Makes HTML of a template. Texts in it are escaped, lists are joined, and
 * `undefined`, `null` and `false` leave nothing. Attributes need quotes. Space
 * around the whole is left out, so that the formatter may add it.
 */
export function html(
  parts: TemplateStringsArray,
  ...insertions: Insertion[]
): Html {
  let text = parts[0].trimStart();
  for (const [i, insertion] of insertions.entries()) {
    const isLast = i === insertions.length - 1;
    const next = parts[i + 1];
    text += textOf(insertion) + (isLast ? next.trimEnd() : next);
  }
  return new Html(insertions.length === 0 ? text.trimEnd() : text);
}

function textOf(insertion: Insertion): string {
  if (insertion instanceof Html) return insertion.text;
  if (Array.isArray(insertion)) return insertion.map(textOf).join("");
  if (insertion === null || insertion === undefined || insertion === false) {
    return "";
  }
  return escapeHtml(String(insertion));
}

/** Characters that nobody sees, but that turn around or hide what follows. */
const INVISIBLE = /\p{Cf}/gu;

/** A name without characters that nobody sees. */
export function visible(name: string): string {
  return name.replaceAll(INVISIBLE, "\ufffd");
}

/**
 * A name that somebody else has chosen. In a `bdi`, letters that are written
 * from right to left turn nothing around but the name itself.
 */
export function named(name: string): Html {
  return html`
    <bdi class="name">${visible(name)}</bdi>
  `;
}
