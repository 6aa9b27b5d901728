/**
 * Lua's patterns, in which rspamd's configuration names the masters.
 *
 * @module
 */

/** Lua's classes of characters, as they stand in brackets. */
const CLASSES: Readonly<Record<string, string>> = {
  a: "A-Za-z",
  d: "0-9",
  l: "a-z",
  s: "\\s",
  u: "A-Z",
  w: "A-Za-z0-9",
  x: "A-Fa-f0-9",
};

/** One character, or a class or set of them, and how often it may come. */
const PARTS = /(%.|\[\^?\]?(?:%.|[^\]])*\]|[^])([-*+?]?)/gsu;

/**
 * Makes a regular expression of a Lua pattern: its classes, repetitions and
 * anchors, which is all that names of masters need.
 *
 * @throws {SyntaxError} when it is none
 */
export function luaPattern(pattern: string): RegExp {
  const isFromStart = pattern.startsWith("^");
  const isToEnd = /(?:^|[^%])(?:%%)*\$$/.test(pattern);
  const middle = pattern.slice(
    isFromStart ? 1 : 0,
    isToEnd ? -1 : undefined,
  );
  const source = middle.replace(PARTS, (_, one: string, often: string) => {
    // Captures do not matter, and cannot be repeated.
    if (one === "(" || one === ")") return often && `\\${often}`;
    return single(one) + (often === "-" ? "*?" : often);
  });
  return new RegExp(
    `${isFromStart ? "^" : ""}${source}${isToEnd ? "$" : ""}`,
    "s",
  );
}

function single(one: string): string {
  if (one === ".") return one;
  if (one.length > 1 && one.startsWith("[")) return set(one);
  if (one.length === 1) return literal(one);
  const escaped = one.slice(1);
  return CLASSES[escaped] ? `[${CLASSES[escaped]}]` : literal(escaped);
}

function set(brackets: string): string {
  return brackets.replace(
    /\\|%(.)/gs,
    (_, escaped) => escaped ? CLASSES[escaped] ?? literal(escaped) : "\\\\",
  );
}

function literal(character: string): string {
  return character.replace(/[\^$\\.*+?()[\]{}|/-]/, "\\$&");
}
